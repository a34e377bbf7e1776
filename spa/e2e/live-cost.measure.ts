// What the public page costs a browser while many campaigns run: script, style and layout, as Chromium
// itself counts them. `make measure-public`.
import { expect, test, type APIRequestContext } from "@playwright/test";

const CAMPAIGNS = 50;
const SECONDS = 20;
const LIMIT_MS = 40;

async function startCampaigns(request: APIRequestContext): Promise<void> {
  const signIn = await request.post("/api/v1/auth/token/", {
    data: {
      username: process.env["POSTHORN_E2E_USER"],
      password: process.env["POSTHORN_E2E_PASSWORD"],
    },
  });
  const { access } = (await signIn.json()) as { access: string };
  const headers = { Authorization: `Bearer ${access}` };
  const lists = (await (await request.get("/api/v1/lists/", { headers })).json()) as {
    results: { id: number; name: string }[];
  };
  const newsletter = lists.results.find(({ name }) => name === "Newsletter");
  /* oxlint-disable no-await-in-loop -- as a person would */
  for (let number = 1; number <= CAMPAIGNS; number += 1) {
    const created = await request.post("/api/v1/campaigns/", {
      headers,
      data: {
        name: `Measured ${number}`,
        subject: "Hello",
        from_email: "news@example.com",
        body_text: "Hello. {{ unsubscribe_url }}",
        transport: "database",
        lists: [newsletter?.id],
        rate_limit: 5,
      },
    });
    expect(created.status(), await created.text()).toBe(201);
    const { id } = (await created.json()) as { id: number };
    const started = await request.post(`/api/v1/campaigns/${id}/start/`, { headers });
    expect(started.status(), await started.text()).toBe(200);
  }
  /* oxlint-enable no-await-in-loop */
}

test("the public page costs a browser little while many campaigns run", async ({ page, request }) => {
  await startCampaigns(request);
  await page.goto("/");
  const rows = page.getByRole("article").filter({ hasText: "Measured" });
  await expect(rows.first()).toBeVisible();
  await expect
    .poll(async () => Number(await page.locator("dl dd").first().textContent()), { timeout: 120_000 })
    .toBeGreaterThanOrEqual(CAMPAIGNS);

  // Loading is not what is measured here.
  await page.waitForTimeout(5_000);
  await page.evaluate(() => {
    const seen = { tasks: 0, rows: new Set<string>() };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      seen.tasks += list.getEntries().length;
    }).observe({ type: "longtask" });
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const figures = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return new Map(metrics.map(({ name, value }) => [name, value]));
  };
  const texts = () => rows.allTextContents();
  const before = { figures: await figures(), texts: await texts() };
  await page.waitForTimeout(SECONDS * 1000);
  const after = { figures: await figures(), texts: await texts() };

  const perSecond = (name: string) =>
    (((after.figures.get(name) ?? 0) - (before.figures.get(name) ?? 0)) * 1000) / SECONDS;
  const parts = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"];
  const sum = parts.reduce((total, name) => total + perSecond(name), 0);
  for (const name of [...parts, "TaskDuration"]) {
    console.log(`${perSecond(name).toFixed(1).padStart(7)} ms/s  ${name}`);
  }
  const longTasks = await page.evaluate(
    () => (window as unknown as { seen: { tasks: number } }).seen.tasks,
  );
  const moved = after.texts.filter((text, index) => text !== before.texts[index]).length;
  console.log(`${sum.toFixed(1).padStart(7)} ms/s  of ${LIMIT_MS} for script, style and layout`);
  console.log(`${longTasks} long tasks; ${moved} of ${after.texts.length} rows moved`);
  // A page that stands still costs nothing.
  expect(moved).toBeGreaterThan(after.texts.length / 2);
  expect(sum).toBeLessThanOrEqual(LIMIT_MS);
  expect(longTasks).toBe(0);
});
