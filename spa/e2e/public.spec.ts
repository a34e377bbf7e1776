import { expect, test } from "@playwright/test";

import { PublicRow } from "./public-page";

test("the public page is live, and nothing on it is refused by the security policy", async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto("/");
  const december = new PublicRow(page, "December newsletter");
  await expect(december.row).toBeVisible();
  const before = await december.sent();
  await expect.poll(() => december.sent()).toBeGreaterThan(before);
  expect(complaints).toEqual([]);
});

for (const path of ["/", "/sign-in", "/unsubscribe/77.not-a-signature"]) {
  test(`a phone shows ${path} without scrolling sideways`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
}

test("language and theme are remembered", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Русский" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Рассылки" })).toBeVisible();
  await page.getByRole("button", { name: "Включить тёмную тему" }).click();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Рассылки" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
});

test("without its stream the page says so, asks every few seconds, and recovers by itself", async ({
  page,
}) => {
  await page.route("**/api/v1/public/events/", (route) => route.abort());
  await page.goto("/");
  const lost = page.getByText(/Connection lost/);
  await expect(lost).toBeVisible();
  const december = new PublicRow(page, "December newsletter");
  await expect(december.row).toBeVisible();
  const before = await december.sent();
  await expect.poll(() => december.sent()).toBeGreaterThan(before);

  await page.unroute("**/api/v1/public/events/");
  await expect(lost).toBeHidden({ timeout: 30_000 });
});
