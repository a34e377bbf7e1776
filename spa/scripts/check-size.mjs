// What the public page loads may not grow: everybody who watches a campaign pays for it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 180;
const ROUTE = "src/features/public-stats/pages/PublicStatsPage.tsx";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const seen = new Set();
function follow(name) {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`The build has no chunk for ${name}.`);
  if (seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const imported of chunk.imports ?? []) follow(imported);
}
follow("index.html");
follow(ROUTE);

const sizes = [...seen].map((file) => ({
  file,
  kb: gzipSync(readFileSync(new URL(file, dist))).length / 1000,
}));
const total = sizes.reduce((sum, { kb }) => sum + kb, 0);
for (const { file, kb } of sizes) console.log(`${kb.toFixed(1).padStart(7)} kB  ${file}`);
console.log(`${total.toFixed(1).padStart(7)} kB  of ${LIMIT_KB} kB of JavaScript (gzip) on the public page`);
if (total > LIMIT_KB) {
  console.error("The public page became too heavy.");
  process.exit(1);
}
