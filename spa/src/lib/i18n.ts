import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type { ApiProblem, FieldProblem } from "./api-client";
import en from "./locales/en.json";
import ru from "./locales/ru.json";

export const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

// public/color-scheme.js reads it too.
const STORAGE_KEY = "posthorn-language";

function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.some((language) => language === value);
}

function remembered(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // Storage is denied: the choice lasts as long as the page.
  }
}

function firstChoice(): Language {
  const wishes = [remembered(), ...navigator.languages.map((wish) => wish.split("-")[0])];
  return wishes.find(isLanguage) ?? "en";
}

void i18next.use(initReactI18next).init({
  lng: firstChoice(),
  fallbackLng: "en",
  defaultNS: "common",
  resources: { en: { common: en }, ru: { common: ru } },
  interpolation: { escapeValue: false }, // React escapes.
  initAsync: false,
});
document.documentElement.lang = i18next.language;

interface Texts {
  [key: string]: string | Texts;
}

/** A feature brings its texts along, so that they load with it and not before. */
export function addNamespace(namespace: string, texts: Record<Language, Texts>): void {
  for (const language of LANGUAGES) {
    i18next.addResourceBundle(language, namespace, texts[language], true, true);
  }
}

/** i18next knows its language as any text; ours are these. */
export function asLanguage(language: string): Language {
  return isLanguage(language) ? language : "en";
}

export async function chooseLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage is denied: the choice lasts as long as the page.
  }
}

/** What went wrong, in the reader's language; the API's English where the code is new to us. */
export function problemText(problem: ApiProblem | Error): string {
  const code = "code" in problem ? problem.code : "error";
  const detail = "detail" in problem ? problem.detail : "";
  return i18next.t(`common:problem.${code}`, {
    defaultValue: detail || i18next.t("common:problem.error"),
  });
}

/** What is wrong with one field. */
export function fieldProblemText(problem: FieldProblem): string {
  const { code, detail } = problem;
  return i18next.t(`common:field.${code}`, { detail, defaultValue: detail });
}

/** The problems of a form by field, ready for the fields to show. */
export function fieldErrors(problem: ApiProblem): Record<string, string> {
  return Object.fromEntries(
    problem.errors.map((error) => [error.field, fieldProblemText(error)]),
  );
}
