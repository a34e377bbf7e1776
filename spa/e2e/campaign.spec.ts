import { expect, test, type Locator, type Page } from "@playwright/test";

import { PublicRow } from "./public-page";

const USER = process.env["POSTHORN_E2E_USER"] ?? "admin";
const PASSWORD = process.env["POSTHORN_E2E_PASSWORD"] ?? "";

// Another campaign, which the demo keeps running: it proves that the public page still hears.
const ANOTHER = "December newsletter";
const RATE = 20;

async function signIn(page: Page) {
  await page.goto("/manage");
  await page.getByLabel("User name").fill(USER);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("navigation", { name: "Main menu" })).toBeVisible();
}

async function create(page: Page, name: string) {
  await page.goto("/manage/campaigns/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Subject", { exact: true }).fill("Hello {{ name }}");
  await page.getByLabel("From address", { exact: true }).fill("news@example.com");
  await page.getByLabel("Written as", { exact: true }).selectOption("plain");
  await page.getByLabel("Plain text", { exact: true }).fill("Hello. Unsubscribe: {{ unsubscribe_url }}");
  await page.getByLabel("Messages a second", { exact: true }).fill(String(RATE));
  await page.getByRole("combobox", { name: "Mailing lists", exact: true }).click();
  await page.getByRole("option", { name: /Product news/ }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Create campaign" }).click();
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
}

test("a campaign is created, started, watched, stopped, and started again to its end", async ({
  page,
  browser,
}) => {
  const name = `End to end ${Date.now()}`;
  await signIn(page);
  await create(page, name);
  const start = page.getByRole("link", { name: "Start", exact: true });
  const stop = page.getByRole("button", { name: "Stop", exact: true });

  // Somebody else, who is not signed in, opens the public page once and never reloads it.
  const spectators = await browser.newContext({ locale: "en-GB" });
  const spectator = await spectators.newPage();
  await spectator.goto("/");
  let loads = 0;
  spectator.on("load", () => {
    loads += 1;
  });
  const campaign = new PublicRow(spectator, name);
  const another = new PublicRow(spectator, ANOTHER);
  await expect(campaign.row).toContainText("Draft");

  // Started by mistake, and taken back before the server does it.
  await decide(page, start);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(campaign.row).toContainText("Draft");

  await decide(page, start);
  await expect(campaign.row).toContainText("Running");
  await expect.poll(() => campaign.sent()).toBeGreaterThan(0);
  const early = await campaign.sent();
  await expect.poll(() => campaign.sent()).toBeGreaterThan(early);

  await stop.click();
  await expect(start).toBeVisible();
  await expect(campaign.row).toContainText("Stopped");
  // Of what comes after the stop, two whole events at least, while nothing moves here.
  await hearMore(another);
  const stopped = await campaign.sent();
  await hearMore(another);
  await hearMore(another);
  expect(await campaign.sent()).toBe(stopped);
  expect(stopped).toBeLessThan(await campaign.total());

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Messages a second", { exact: true }).fill("");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
  await decide(page, start);
  await expect(campaign.row).toContainText("Finished", { timeout: 60_000 });
  await expect(campaign.row.getByText("100%", { exact: true })).toBeVisible();
  expect(await campaign.sent()).toBe(await campaign.total());
  expect(loads).toBe(0);
  await spectators.close();
});

/** Read what starting it means, confirm the warnings if there are any, and start. */
async function decide(page: Page, start: Locator) {
  await start.click();
  const confirm = page.getByRole("button", { name: "Start the campaign" });
  const warnings = page.getByRole("checkbox", { name: "I have seen the warnings" });
  await expect(warnings.or(page.getByText("Nothing speaks against it."))).toBeVisible();
  if (await warnings.isVisible()) await warnings.check();
  await confirm.click();
  await expect(confirm).toBeHidden();
}

async function hearMore(row: PublicRow) {
  const before = await row.sent();
  await expect.poll(() => row.sent(), { intervals: [200] }).toBeGreaterThan(before);
}
