// The rules of the house that no lint rule knows: features do not import each other, shared code imports no
// feature, nothing but main imports app, no barrels, no file called utils.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));
const imports = /(?:from\s+|import\s*\(\s*|import\s+|mock\(\s*)'(\.[^']+)'/g;
const problems = [];

function place(path) {
  const [first, second] = relative(src, path).split('/');
  return first === 'features' ? `features/${second}` : first;
}

for (const entry of readdirSync(src, { recursive: true })) {
  if (!/\.tsx?$/.test(entry)) continue;
  const file = join(src, entry);
  const text = readFileSync(file, 'utf8');
  const name = basename(file).replace(/\..*$/, '');
  if (name === 'index') problems.push(`${entry}: a barrel`);
  if (/^utils?$|^helpers?$/.test(name)) problems.push(`${entry}: its name says nothing`);
  const from = place(file);
  for (const [, target] of text.matchAll(imports)) {
    const to = place(resolve(dirname(file), target));
    const crossesFeatures = to.startsWith('features/') && from !== to && from !== 'app';
    const reachesUp = to === 'app' && !['app', 'main.tsx'].includes(from);
    const libKnowsComponents = from === 'lib' && to === 'components';
    if (crossesFeatures || reachesUp || libKnowsComponents) problems.push(`${entry}: imports ${target}`);
  }
}

for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
