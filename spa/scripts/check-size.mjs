// What the public page loads may not grow: everybody who watches a campaign pays for it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** kB, compressed. */
const LIMITS = { JavaScript: 120, CSS: 15 };
/** The first screen, and a campaign's own page, which loads a little more. */
const ROUTES = {
  "/": ["index.html"],
  "/c/<id>": ["index.html", "src/features/public-stats/pages/PublicCampaignPage.tsx"],
  "/embed/<id>": ["index.html", "src/features/public-stats/pages/EmbedPage.tsx"],
  "/unsubscribe/<token>": ["index.html", "src/features/unsubscribe/pages/UnsubscribePage.tsx"],
};

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function filesOf(entries) {
  const seen = new Set();
  const found = { JavaScript: new Set(), CSS: new Set() };
  function follow(name) {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`The build has no chunk for ${name}.`);
    if (seen.has(name)) return;
    seen.add(name);
    found.JavaScript.add(chunk.file);
    for (const file of chunk.css ?? []) found.CSS.add(file);
    for (const imported of chunk.imports ?? []) follow(imported);
  }
  entries.forEach((entry) => follow(entry));
  return found;
}

const kb = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1000;

let isTooHeavy = false;
for (const [route, entries] of Object.entries(ROUTES)) {
  for (const [kind, files] of Object.entries(filesOf(entries))) {
    const total = [...files].reduce((sum, file) => sum + kb(file), 0);
    console.log(`${total.toFixed(1).padStart(7)} kB  of ${LIMITS[kind]} kB of ${kind} (gzip) on ${route}`);
    isTooHeavy ||= total > LIMITS[kind];
  }
}
if (isTooHeavy) {
  console.error("A public page became too heavy.");
  process.exit(1);
}
