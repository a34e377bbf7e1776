import { expect, test, type Page } from "@playwright/test";

const USER = process.env["POSTHORN_E2E_USER"] ?? "admin";
const PASSWORD = process.env["POSTHORN_E2E_PASSWORD"] ?? "";
const ROWS = 1000;

async function signIn(page: Page) {
  await page.goto("/manage");
  await page.getByLabel("User name").fill(USER);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("navigation", { name: "Main menu" })).toBeVisible();
}

function count(page: Page, name: string) {
  return page.locator("dt", { hasText: name }).locator("xpath=following-sibling::dd[1]");
}

test("a thousand subscribers are imported from a file, tried first, and the rest is told", async ({
  page,
}) => {
  const run = Date.now();
  const rows = Array.from({ length: ROWS }, (_, n) => `p${n}.${run}@example.com;Person ${n};Riga`);
  const text = ["Email;Name;City", ...rows, "nobody;X;"].join("\n");
  await signIn(page);
  await page.getByRole("link", { name: "Imports" }).click();
  await page.locator('input[type="file"]').setInputFiles({
    name: `people-${run}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(text),
  });
  await expect(page.getByRole("heading", { level: 1, name: `people-${run}.csv` })).toBeVisible();
  await expect(page.getByLabel("What Email becomes")).toHaveValue("email");
  await expect(page.getByLabel("What City becomes")).toHaveValue("attribute");
  await page.getByRole("combobox", { name: "Put on mailing lists" }).click();
  await page.getByRole("option", { name: /Product news/ }).click();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Try without importing" }).click();
  await expect(page.getByRole("heading", { name: "What would become of the rows" })).toBeVisible();
  await expect(count(page, "New")).toHaveText("1,000");

  await page.getByRole("button", { name: "Start import" }).click();
  await expect(page.getByText("Finished", { exact: true })).toBeVisible();
  await expect(count(page, "New")).toHaveText("1,000");
  await expect(count(page, "Rejected")).toHaveText("1");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download rejected rows" }).click();
  expect((await saved).suggestedFilename()).toMatch(/^import-\d+-rejected\.csv$/);

  await page.getByRole("link", { name: "Subscribers", exact: true }).click();
  await page.getByLabel("Search").fill(`p999.${run}`);
  await expect(page.getByRole("table")).toContainText(`p999.${run}@example.com`);
});
