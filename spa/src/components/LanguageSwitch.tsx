
import { chooseLanguage, LANGUAGES, useTranslation } from "../lib/i18n";
import classes from "./LanguageSwitch.module.css";

export function LanguageSwitch() {
  const { t, language: chosen } = useTranslation();
  return (
    <div className={classes.group} role="group" aria-label={t("language.label")}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className={classes.choice}
          aria-pressed={language === chosen}
          aria-label={t(`language.${language}`)}
          onClick={() => chooseLanguage(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
