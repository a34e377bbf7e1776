// The rules of the house that the linter can't know; each finding is a failure.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../src", import.meta.url));

const files = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
  .map((entry) => join(entry.parentPath, entry.name));

/** `features/auth/pages/SignInPage.tsx` belongs to `features/auth`, `app/router.tsx` to `app`. */
function areaOf(path) {
  const [top, second] = path.split("/");
  return top === "features" ? `features/${second}` : top;
}

function mayImport(from, to) {
  if (from === to || from === "main.tsx" || from === "test" || to === "api-schema") return true;
  if (from === "app") return true;
  if (from === "lib") return false;
  if (from === "queries") return to === "lib";
  if (from === "components") return to === "lib";
  return to === "lib" || to === "queries" || to === "components";
}

const findings = files.flatMap((file) => {
  const path = relative(SOURCE, file);
  const code = readFileSync(file, "utf8");
  const isTest = /\.test\.tsx?$/.test(path);
  const found = [];
  for (const [, specifier] of code.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)) {
    const target = relative(SOURCE, resolve(dirname(file), specifier));
    const allowed = mayImport(areaOf(path), areaOf(target));
    if (!allowed && !(isTest && areaOf(target) === "test")) {
      found.push(`${path}: ${areaOf(path)} must not import ${target}`);
    }
  }
  if (/^export (\*|\{[^}]*\}) from/m.test(code)) found.push(`${path}: re-exports; import the source`);
  if (/utils?\.tsx?$/i.test(path)) found.push(`${path}: a name that says nothing`);
  return found;
});

if (findings.length > 0) {
  console.error(findings.join("\n"));
  process.exit(1);
}
