import { describe, expect, it } from "vitest";

import { LANGUAGES, type Language } from "./i18n";

interface Texts {
  [key: string]: string | Texts;
}

const files = import.meta.glob<Texts>("../**/locales/*.json", { eager: true, import: "default" });
const folders = [...new Set(Object.keys(files).map((path) => path.replace(/\/[^/]+$/, "")))];

function keysOf(texts: Texts, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? `${prefix}${key}` : keysOf(value, `${prefix}${key}.`),
  );
}

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** The keys a language needs: a plural one in each of its own categories. */
function needed(language: Language, keys: Set<string>): string[] {
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const isPlural = (key: string) => keys.has(`${key.replace(PLURAL, "")}_other`);
  return [...keys]
    .flatMap((key) => {
      if (!PLURAL.test(key) || !isPlural(key)) return [key];
      return categories.map((category) => key.replace(PLURAL, `_${category}`));
    })
    .filter((key, index, all) => all.indexOf(key) === index)
    .toSorted((one, other) => one.localeCompare(other));
}

describe("the texts", () => {
  it.each(folders)("%s says everything in every language", (folder) => {
    const all = new Set(
      LANGUAGES.flatMap((language) => keysOf(files[`${folder}/${language}.json`] ?? {})),
    );
    for (const language of LANGUAGES) {
      const keys = keysOf(files[`${folder}/${language}.json`] ?? {});
      expect(keys.toSorted((one, other) => one.localeCompare(other))).toEqual(
        needed(language, all),
      );
    }
  });
});
