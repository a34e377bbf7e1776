// Which browser the tests run on: the machine's own, Playwright's, or one that comes with npm.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { chromium } from "@playwright/test";

export interface Browser {
  executablePath: string;
  source: string;
  env: Record<string, string>;
}

export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Chromium from npm, with the libraries that a bare machine lacks. */
async function fromNpm(): Promise<Browser> {
  // It unpacks its libraries only where it believes to be on AWS Lambda.
  process.env["AWS_EXECUTION_ENV"] ??= "AWS_Lambda_nodejs22.x";
  const { default: packaged } = await import("@sparticuz/chromium");
  const executablePath = await packaged.executablePath();
  const libraries = [join(tmpdir(), "al2023", "lib"), process.env["LD_LIBRARY_PATH"]];
  return {
    executablePath,
    source: "@sparticuz/chromium",
    env: { LD_LIBRARY_PATH: libraries.filter(Boolean).join(delimiter) },
  };
}

export async function findBrowser(): Promise<Browser> {
  const chosen = process.env["POSTHORN_BROWSER"];
  if (chosen) return { executablePath: chosen, source: "POSTHORN_BROWSER", env: {} };
  const installed = onPath();
  if (installed) return { executablePath: installed, source: "on PATH", env: {} };
  const playwrights = chromium.executablePath();
  if (existsSync(playwrights)) {
    return { executablePath: playwrights, source: "Playwright", env: {} };
  }
  return fromNpm();
}

export function versionOf({ executablePath, env }: Browser): string {
  return execFileSync(executablePath, ["--version", "--no-sandbox"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  }).trim();
}
