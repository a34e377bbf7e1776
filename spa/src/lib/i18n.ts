import { useSyncExternalStore } from "react";

import type { ApiProblem, FieldProblem } from "./api-client";
import en from "./locales/en.json";
import ru from "./locales/ru.json";

export const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What stands in a namespace's JSON file: texts with `{{places}}`, and `key_one`, `key_few` for counts. */
export interface Texts {
  [key: string]: string | Texts;
}

interface Values {
  [place: string]: string | number | null | undefined;
  /** Chooses the plural. */
  count?: number;
  /** Said where there is no such text. */
  defaultValue?: string;
}

export type Translate = (key: string, values?: Values) => string;

// public/before-paint.js reads it too.
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

// public/before-paint.js chooses in the same order: the address of a frame or a wall screen, what was
// chosen here, what the browser asks for.
function firstChoice(): Language {
  const wishes = [
    new URLSearchParams(window.location.search).get("lang"),
    remembered(),
    ...navigator.languages.map((wish) => wish.split("-")[0]),
  ];
  return wishes.find(isLanguage) ?? "en";
}

const texts = new Map<string, Record<Language, Texts>>([["common", { en, ru }]]);
let chosen = firstChoice();
const listeners = new Set<() => void>();
document.documentElement.lang = chosen;

/** A feature brings its texts along, so that they load with it and not before. */
export function addNamespace(namespace: string, added: Record<Language, Texts>): void {
  texts.set(namespace, added);
}

function find(language: Language, namespace: string, path: string): string | undefined {
  let at: string | Texts | undefined = texts.get(namespace)?.[language];
  for (const step of path.split(".")) {
    if (typeof at !== "object") return undefined;
    at = at[step];
  }
  return typeof at === "string" ? at : undefined;
}

const plurals = { en: new Intl.PluralRules("en"), ru: new Intl.PluralRules("ru") };

function translate(language: Language, home: string, key: string, values: Values): string {
  const colon = key.indexOf(":");
  const namespace = colon === -1 ? home : key.slice(0, colon);
  const path = key.slice(colon + 1);
  const plural =
    values.count === undefined
      ? undefined
      : find(language, namespace, `${path}_${plurals[language].select(values.count)}`);
  const text = plural ?? find(language, namespace, path) ?? values.defaultValue ?? key;
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, place: string) => String(values[place] ?? ""));
}

const translators = new Map<string, Translate>();

/** Always the same function for a language and a namespace, so that it can be depended upon. */
function translatorFor(language: Language, namespace: string): Translate {
  const name = `${language}:${namespace}`;
  const known = translators.get(name);
  if (known) return known;
  const made: Translate = (key, values = {}) => translate(language, namespace, key, values);
  translators.set(name, made);
  return made;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `t("key")` in the namespace, `t("other:key")` in another one; draws again when the language changes. */
export function useTranslation(namespace = "common"): { t: Translate; language: Language } {
  const language = useSyncExternalStore(subscribe, () => chosen);
  return { t: translatorFor(language, namespace), language };
}

export function chooseLanguage(language: Language): void {
  chosen = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage is denied: the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/** What went wrong, in the reader's language; the API's English where the code is new to us. */
export function problemText(problem: ApiProblem | Error): string {
  const t = translatorFor(chosen, "common");
  const code = "code" in problem ? problem.code : "error";
  const detail = "detail" in problem ? problem.detail : "";
  return t(`problem.${code}`, { defaultValue: detail || t("problem.error") });
}

/** What is wrong with one field. */
export function fieldProblemText(problem: FieldProblem): string {
  const { code, detail } = problem;
  return translatorFor(chosen, "common")(`field.${code}`, { detail, defaultValue: detail });
}

/** The problems of a form by field, ready for the fields to show. */
export function fieldErrors(problem: ApiProblem): Record<string, string> {
  return Object.fromEntries(
    problem.errors.map((error) => [error.field, fieldProblemText(error)]),
  );
}
