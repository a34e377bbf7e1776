import { defineConfig } from "@playwright/test";

import { findBrowser, FLAGS, versionOf } from "./browser";

const browser = await findBrowser();

// Workers load this file too; only the first process has something to say.
if (process.env["TEST_WORKER_INDEX"] === undefined) {
  console.log(`posthorn: end-to-end tests on ${versionOf(browser)} (${browser.source})`);
}

const environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  // `make test-e2e` runs the stories; what measures has targets of its own.
  projects: [
    { name: "stories", testMatch: "*.spec.ts" },
    { name: "measure", testMatch: "*.measure.ts", timeout: 900_000 },
  ],
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  use: {
    baseURL: process.env["POSTHORN_E2E_URL"] ?? "http://127.0.0.1:8000",
    locale: "en-GB",
    trace: "retain-on-failure",
    actionTimeout: 15_000,
    launchOptions: {
      executablePath: browser.executablePath,
      args: FLAGS,
      env: { ...environment, ...browser.env },
    },
  },
});
