// Adds up the JavaScript that a first visit to the public page fetches: the entry, all that it imports, and the
// texts of the larger language. Fails above the budget. Run after a build.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 180_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

function graph(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) graph(imported, seen);
  return seen;
}

const files = [...graph('index.html')].map((key) => manifest[key].file);
const texts = ['en', 'ru'].map((language) => manifest[`src/locales/${language}/common.json`].file);
texts.sort((a, b) => gzipped(b) - gzipped(a));
files.push('color-scheme.js', texts[0]);

let total = 0;
for (const file of files) {
  const size = gzipped(file);
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(8)} kB  gzipped for the public page, of ${budget / 1000} kB allowed`);
process.exit(total > budget ? 1 : 0);
