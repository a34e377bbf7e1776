import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type common from '../locales/en/common.json';
import type manage from '../locales/en/manage.json';

export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];
type Namespace = 'common' | 'manage';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: { common: typeof common; manage: typeof manage };
  }
}

const storageKey = 'posthorn-language';

const bundles = {
  en: {
    common: () => import('../locales/en/common.json'),
    manage: () => import('../locales/en/manage.json'),
  },
  ru: {
    common: () => import('../locales/ru/common.json'),
    manage: () => import('../locales/ru/manage.json'),
  },
};

// Only what has been asked for is fetched: a visitor of the public page never loads the management texts.
const wanted = new Set<Namespace>(['common']);

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'en' || value === 'ru';
}

function initialLanguage(): Language {
  let remembered: string | null = null;
  try {
    remembered = localStorage.getItem(storageKey);
  } catch {
    // Storage can be forbidden; the browser's languages are then all there is.
  }
  if (isLanguage(remembered)) return remembered;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

async function load(language: Language, namespace: Namespace): Promise<void> {
  if (i18next.hasResourceBundle(language, namespace)) return;
  const { default: texts } = await bundles[language][namespace]();
  i18next.addResourceBundle(language, namespace, texts);
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}

export async function startI18n(): Promise<void> {
  const language = initialLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    ns: [],
    interpolation: { escapeValue: false },
  });
  await load(language, 'common');
  document.documentElement.lang = language;
}

export async function ensureTexts(namespace: Namespace): Promise<void> {
  wanted.add(namespace);
  await load(currentLanguage(), namespace);
}

export async function changeLanguage(language: Language): Promise<void> {
  await Promise.all([...wanted].map((namespace) => load(language, namespace)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // The choice then lasts as long as the page.
  }
}
