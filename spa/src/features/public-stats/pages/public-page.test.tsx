import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeLanguage } from '../../../lib/i18n';
import { createEventSource, type TestEventSource } from '../../../testing/event-source';
import { renderPage } from '../../../testing/render-page';
import { page, publicCampaign } from '../../../testing/samples';
import { at, ok, problem, server } from '../../../testing/server';
import { PublicPage } from './public-page';

let source: TestEventSource;
let asked: URL[];
let rows: ReturnType<typeof publicCampaign>[];

beforeEach(() => {
  asked = [];
  source = createEventSource();
  rows = [publicCampaign()];
  server.use(
    http.get(at('public/campaigns/'), ({ request }) => {
      asked.push(new URL(request.url));
      return ok(page(rows));
    }),
    http.get(at('public/events/'), () => source.response),
  );
});

afterEach(async () => {
  vi.useRealTimers();
  await changeLanguage('en');
});

const show = (address = '/') => renderPage(<PublicPage />, { path: '/', address });

test('shows state, sent, subscribers and percent of a campaign', async () => {
  show();
  const row = await screen.findByRole('row', { name: /Spring letter/ });
  expect(row).toHaveTextContent('Sending');
  expect(row).toHaveTextContent('500');
  expect(row).toHaveTextContent('2,000');
  expect(within(row).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25');
});

test('moves the numbers when an event comes, without asking again', async () => {
  show();
  await screen.findByRole('row', { name: /Spring letter/ });
  source.send('snapshot', { campaigns: rows });
  expect(await screen.findByText('Live')).toBeVisible();
  await waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(4));
  const before = asked.length;
  source.send('campaigns', { campaigns: [publicCampaign({ sent: 777, percent: 38.8 })], removed: [] });
  await waitFor(() => expect(screen.getByTestId('percent')).toHaveTextContent('38.8%'));
  expect(screen.getByTestId('sent')).toHaveTextContent('777');
  expect(asked).toHaveLength(before);
});

test('asks for the list anew when a campaign changes its state', async () => {
  show();
  await screen.findByRole('row', { name: /Spring letter/ });
  source.send('snapshot', { campaigns: rows });
  await screen.findByText('Live');
  const before = asked.length;
  rows = [publicCampaign({ status: 'finished', sent: 2000, percent: 100, finished_at: '2026-01-05T11:00:00Z' })];
  source.send('campaigns', { campaigns: rows, removed: [] });
  const row = await screen.findByRole('row', { name: /Spring letter/ });
  await waitFor(() => expect(row).toHaveTextContent('Finished Jan 5'));
  expect(asked.length).toBeGreaterThan(before);
  expect(screen.getByTestId('percent')).toHaveTextContent('100%');
});

test('says so and polls when the connection is lost', async () => {
  server.use(http.get(at('public/events/'), () => problem(503, 'unavailable')));
  vi.useFakeTimers({ shouldAdvanceTime: true });
  show();
  expect(await screen.findByText(/Connection lost/)).toHaveAttribute('role', 'status');
  await screen.findByRole('row', { name: /Spring letter/ });
  rows = [publicCampaign({ sent: 901, percent: 45 })];
  await vi.advanceTimersByTimeAsync(5_500);
  await waitFor(() => expect(screen.getByTestId('sent')).toHaveTextContent('901'));
});

test('keeps search and state in the address and asks the API for them', async () => {
  const { user, router } = show();
  await screen.findByRole('row', { name: /Spring letter/ });
  await user.type(screen.getByRole('searchbox', { name: 'Search by name' }), 'spring');
  await user.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'running');
  await waitFor(() => {
    const address = new URLSearchParams(router.state.location.search);
    expect([address.get('search'), address.get('status')]).toEqual(['spring', 'running']);
  });
  await waitFor(() => {
    expect(asked.at(-1)?.searchParams.get('search')).toBe('spring');
  });
  expect(asked.at(-1)?.searchParams.getAll('status')).toEqual(['running']);
});

test('offers to try again when nothing could be loaded', async () => {
  server.use(http.get(at('public/campaigns/'), () => problem(500, 'error')));
  const { user } = show();
  const alert = await screen.findByRole('alert');
  server.use(http.get(at('public/campaigns/'), () => ok(page(rows))));
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('row', { name: /Spring letter/ })).toBeVisible();
});

test('speaks Russian with its plurals', async () => {
  rows = [1, 2, 3].map((id) => publicCampaign({ id, name: `Письмо ${id}` }));
  await changeLanguage('ru');
  show();
  expect(await screen.findByText('3 рассылки')).toBeVisible();
  expect(document.documentElement.lang).toBe('ru');
});
