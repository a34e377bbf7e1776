import { useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { changeLanguage, currentLanguage, languages } from '../lib/i18n';
import classes from './preferences.module.css';

const schemes = ['auto', 'light', 'dark'] as const;
const nativeNames = { en: 'English', ru: 'Русский' };

export function Preferences() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = schemes[(schemes.indexOf(colorScheme) + 1) % schemes.length] ?? 'auto';
  return (
    <div className={classes.group}>
      <div className={classes.languages} role="group" aria-label={t('preferences.language')}>
        {languages.map((language) => (
          <button
            key={language}
            type="button"
            lang={language}
            aria-pressed={currentLanguage() === language}
            aria-label={nativeNames[language]}
            onClick={() => {
              void changeLanguage(language);
            }}
          >
            {language.toUpperCase()}
          </button>
        ))}
      </div>
      <button
        type="button"
        className={classes.scheme}
        aria-label={t('preferences.scheme', { current: t(`preferences.${colorScheme}`) })}
        title={t('preferences.scheme', { current: t(`preferences.${colorScheme}`) })}
        onClick={() => {
          setColorScheme(next);
        }}
      >
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
          {colorScheme === 'light' && (
            <g fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
              <circle cx="9" cy="9" r="3.4" />
              <path d="M9 1.4v1.8M9 14.8v1.8M1.4 9h1.8M14.8 9h1.8M3.6 3.6l1.3 1.3M13.1 13.1l1.3 1.3M3.6 14.4l1.3-1.3M13.1 4.9l1.3-1.3" />
            </g>
          )}
          {colorScheme === 'dark' && (
            <path d="M15.5 10.8A7 7 0 1 1 7.2 2.5a5.6 5.6 0 0 0 8.3 8.3z" fill="currentColor" />
          )}
          {colorScheme === 'auto' && (
            <>
              <circle cx="9" cy="9" r="6.8" fill="none" stroke="currentColor" strokeWidth="1.6" />
              <path d="M9 2.2a6.8 6.8 0 0 1 0 13.6z" fill="currentColor" />
            </>
          )}
        </svg>
      </button>
    </div>
  );
}
