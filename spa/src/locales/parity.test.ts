import { expect, test } from 'vitest';
import enCommon from './en/common.json';
import enManage from './en/manage.json';
import ruCommon from './ru/common.json';
import ruManage from './ru/manage.json';

type Texts = { [key: string]: string | Texts };

const plural = /_(zero|one|two|few|many|other)$/;

function flatten(texts: Texts, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  );
}

const variables = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name).sort();

function meanings(texts: Texts) {
  return [...new Set(flatten(texts).map(([key]) => key.replace(plural, '')))].sort();
}

const namespaces: [string, Texts, Texts][] = [
  ['common', enCommon, ruCommon],
  ['manage', enManage, ruManage],
];

test.each(namespaces)('%s says the same things in both languages', (_, en, ru) => {
  expect(meanings(ru)).toEqual(meanings(en));
});

test.each(namespaces)('%s has every plural form that each language needs', (_, en, ru) => {
  for (const [language, texts] of [['en', en], ['ru', ru]] as const) {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = flatten(texts).map(([key]) => key);
    for (const stem of new Set(keys.filter((key) => plural.test(key)).map((key) => key.replace(plural, '')))) {
      expect(keys).toEqual(expect.arrayContaining(needed.map((form) => `${stem}_${form}`)));
    }
  }
});

test.each(namespaces)('%s fills the same variables in both languages', (_, en, ru) => {
  const english = new Map(flatten(en));
  for (const [key, text] of flatten(ru)) {
    const original = english.get(key) ?? english.get(key.replace(plural, '_other')) ?? '';
    expect([key, variables(text)]).toEqual([key, variables(original)]);
  }
});

test.each(namespaces)('no text of %s is empty', (_, en, ru) => {
  expect([...flatten(en), ...flatten(ru)].filter(([, text]) => text.trim() === '')).toEqual([]);
});
