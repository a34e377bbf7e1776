import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const PAGES = [
  { name: "the public list", path: "/", ready: "article" },
  { name: "the wall screen", path: "/?wall=1", ready: "article" },
  { name: "a campaign", path: "/c/3", ready: "h1" },
  { name: "a campaign that is not there", path: "/c/999999", ready: "h1" },
  { name: "the frame for other sites", path: "/embed/3", ready: "h1" },
  { name: "unsubscribing", path: "/unsubscribe/1.asked", ready: "h1" },
  { name: "a bad link to unsubscribe", path: "/unsubscribe/77.not-a-signature", ready: "h1" },
];
const LOOKS = [
  { colorScheme: "light", locale: "en-GB", width: 1440 },
  { colorScheme: "dark", locale: "ru-RU", width: 1440 },
  { colorScheme: "light", locale: "ru-RU", width: 390 },
  { colorScheme: "dark", locale: "en-GB", width: 390 },
  { colorScheme: "light", locale: "ru-RU", width: 320 },
  { colorScheme: "dark", locale: "en-GB", width: 320 },
] as const;

for (const { name, path, ready } of PAGES) {
  test(`${name} is accessible and fits, light and dark, wide and narrow, in both languages`, async ({
    browser,
  }) => {
    /* oxlint-disable no-await-in-loop -- one look after the other */
    for (const { width, ...look } of LOOKS) {
      const context = await browser.newContext({ ...look, viewport: { width, height: 844 } });
      const page = await context.newPage();
      // A real link needs a delivery's signature; the page is the same for any answer.
      await page.route("**/public/unsubscribe/1.asked/", (route) =>
        route.fulfill({
          json: { email: "a***@example.org", campaign: "Spring", unsubscribed: false },
        }),
      );
      await page.goto(path);
      await expect(page.locator(`#root ${ready}`).first()).toBeVisible();
      const what = `${width} px, ${look.colorScheme}, ${look.locale}`;
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
      expect(found, what).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow, what).toBeLessThanOrEqual(0);
      await context.close();
    }
    /* oxlint-enable no-await-in-loop */
  });
}
