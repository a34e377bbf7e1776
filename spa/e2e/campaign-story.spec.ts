import { expect, type Locator, test } from '@playwright/test';

const user = process.env['POSTHORN_E2E_USER'] ?? '';
const password = process.env['POSTHORN_E2E_PASSWORD'] ?? '';

async function count(cell: Locator): Promise<number> {
  return Number((await cell.innerText()).replace(/\D/g, ''));
}

test('a campaign is written, started, watched, stopped, continued and finished', async ({
  browser,
  page,
}, info) => {
  expect(user, 'POSTHORN_E2E_USER is not set').not.toBe('');
  console.log(`browser: Chromium ${browser.version()} from ${String(info.config.metadata['browserOrigin'])}`);
  const name = `Story ${Date.now()}`;

  // Sign in, and arrive where one wanted to go.
  await page.goto('/manage/campaigns/new');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'New campaign', level: 1 })).toBeVisible();

  // Write it: slow enough to be watched.
  await page.getByLabel('Name', { exact: false }).first().fill(name);
  await page.getByLabel('Subject').fill('Hello {{ name|default:"friend" }}');
  await page.getByLabel('Sender’s address').fill('team@example.org');
  await page.getByRole('combobox', { name: 'Mailing lists' }).click();
  await page.getByRole('listbox').getByRole('option').first().click();
  await page.keyboard.press('Escape');
  await page.getByLabel('Messages a second, at most').fill('100');
  await page.getByRole('textbox', { name: 'Plain text' }).fill('Hello, {{ name }}. {{ unsubscribe_url }}');
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();

  // Somebody without an account watches in a browser of their own.
  const visitor = await browser.newContext({ locale: 'en-GB' });
  const board = await visitor.newPage();
  await board.goto(`/?search=${encodeURIComponent(name)}`);
  const row = board.getByRole('row').filter({ hasText: name });
  await expect(row).toBeVisible();
  // Lost by any reload: what follows must come over the open page.
  await board.evaluate(() => {
    document.body.dataset['neverReloaded'] = 'yes';
  });
  const sent = row.getByTestId('sent');

  await page.getByRole('button', { name: 'Start' }).click();
  await expect(row).toContainText('Sending');
  await expect.poll(() => count(sent)).toBeGreaterThan(0);
  const seen = await count(sent);
  await expect.poll(() => count(sent)).toBeGreaterThan(seen);

  // Stop it: it stands still.
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  await expect(row).toContainText('Stopped');
  const stoppedAt = await count(sent);
  // Standing still can only be seen by looking for a while; twice the stream's beat is enough.
  const still = Date.now() + 2_500;
  await expect
    .poll(async () => [await count(sent), Date.now() > still], { timeout: 10_000 })
    .toEqual([stoppedAt, true]);

  // Continue it, let it run faster, see it through.
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(row).toContainText('Sending');
  await page.getByRole('button', { name: `More for “${name}”` }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByLabel('Messages a second, at most').fill('100000');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(row).toContainText('Finished', { timeout: 60_000 });
  await expect(row.getByTestId('percent')).toHaveText('100%');
  await expect(page.getByText('Yes: every row is accounted for.')).toBeVisible();

  expect(await board.evaluate(() => document.body.dataset['neverReloaded'])).toBe('yes');
  await visitor.close();
});
