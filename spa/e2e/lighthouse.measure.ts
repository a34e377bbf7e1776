// Lighthouse's scores of the public page on a phone, median of several runs. `make lighthouse`.
import { chromium, expect, test } from "@playwright/test";
import lighthouse from "lighthouse";
import { createServer, type AddressInfo } from "node:net";

import { findBrowser, FLAGS } from "./browser";

const RUNS = 5;
const BOUNDS: Record<string, number> = {
  performance: 98,
  accessibility: 100,
  "best-practices": 100,
  seo: 100,
};
const TIMES = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "speed-index",
  "total-blocking-time",
  "cumulative-layout-shift",
];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

for (const path of ["/", "/c/3"]) {
  test(`Lighthouse of ${path}`, async ({ baseURL }) => {
    const found = await findBrowser();
    const port = await freePort();
    const browser = await chromium.launch({
      executablePath: found.executablePath,
      args: [...FLAGS, `--remote-debugging-port=${port}`],
      env: { ...(process.env as Record<string, string>), ...found.env },
    });
    const scores = new Map<string, number[]>();
    const times = new Map<string, number[]>();
    const complaints = new Set<string>();
    /* oxlint-disable no-await-in-loop -- beside each other they would measure each other */
    for (let run = 0; run < RUNS; run += 1) {
      const result = await lighthouse(`${baseURL}${path}`, {
        port,
        onlyCategories: Object.keys(BOUNDS),
        // It waits for a quiet network, and an event stream is never quiet.
        maxWaitForLoad: 15_000,
      });
      if (!result) throw new Error("Lighthouse had nothing to say.");
      const { categories, audits } = result.lhr;
      for (const name of Object.keys(BOUNDS)) {
        scores.set(name, [...(scores.get(name) ?? []), (categories[name]?.score ?? 0) * 100]);
        for (const { id, weight } of categories[name]?.auditRefs ?? []) {
          const audit = audits[id];
          if (weight > 0 && audit && audit.score !== null && audit.score < 0.9) {
            complaints.add(`${name}: ${audit.title} ${audit.displayValue ?? ""}`);
          }
        }
      }
      for (const id of TIMES) {
        times.set(id, [...(times.get(id) ?? []), audits[id]?.numericValue ?? Number.NaN]);
      }
    }
    /* oxlint-enable no-await-in-loop */
    await browser.close();
    for (const [name, values] of [...scores, ...times]) {
      const shown = values.map((value) => Math.round(value * 1000) / 1000);
      console.log(`${path} ${name}: ${Math.round(median(values) * 1000) / 1000} of ${shown.join(", ")}`);
    }
    for (const complaint of complaints) console.log(`${path} ${complaint}`);
    for (const [name, bound] of Object.entries(BOUNDS)) {
      expect.soft(median(scores.get(name) ?? []), name).toBeGreaterThanOrEqual(bound);
    }
  });
}
