import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { session } from '../../../lib/session';
import { renderPage } from '../../../testing/render-page';
import { campaign, grant, tally } from '../../../testing/samples';
import { at, ok, problem, server } from '../../../testing/server';
import { CampaignActions } from './campaign-actions';

async function signInAs(role: 'admin' | 'viewer') {
  server.use(http.post(at('auth/token/'), () => ok(grant(role))));
  await session.signIn({ username: 'anna', password: 'secret' });
}

beforeEach(() => signInAs('admin'));

const show = (fields: Parameters<typeof campaign>[0]) =>
  renderPage(<CampaignActions campaign={campaign(fields)} size="sm" />, {
    path: '/manage/campaigns',
  });

const stopped = {
  status: 'stopped' as const,
  audience_frozen: true,
  tally: tally({ total: 2000, sent: 500, pending: 1490, failed: 4, unknown: 6 }),
  allowed_moves: ['start' as const, 'cancel' as const, 'retry' as const],
};

async function choose(user: ReturnType<typeof renderPage>['user'], item: string) {
  await user.click(screen.getByRole('button', { name: /More for/ }));
  await user.click(await screen.findByRole('menuitem', { name: item }));
}

test('says why when the campaign was moved by somebody else meanwhile', async () => {
  server.use(
    http.post(at('campaigns/7/start/'), () =>
      problem(409, 'illegal_move', { campaign_status: 'running', allowed_moves: ['stop'] }),
    ),
  );
  const { user } = show({});
  await user.click(screen.getByRole('button', { name: 'Start' }));
  expect(
    await screen.findByText('That is not possible: the campaign is now in the state “Sending”.'),
  ).toBeVisible();
});

test('says what is missing when a campaign without an audience is started', async () => {
  server.use(
    http.post(at('campaigns/7/start/'), () =>
      problem(400, 'invalid', { errors: [{ field: 'lists', code: 'no_lists', detail: 'No lists.' }] }),
    ),
  );
  const { user } = show({ lists: [] });
  await user.click(screen.getByRole('button', { name: 'Start' }));
  expect(await screen.findByText('Choose at least one mailing list.')).toBeVisible();
});

test('cancels only after saying how many subscribers will be skipped', async () => {
  let cancelled = false;
  server.use(
    http.post(at('campaigns/7/cancel/'), () => {
      cancelled = true;
      return ok(campaign({ status: 'cancelled' }));
    }),
  );
  const { user } = show(stopped);
  await choose(user, 'Cancel for good');
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('1,490 subscribers who have not been mailed yet will be skipped');
  expect(cancelled).toBe(false);
  await user.click(within(dialog).getByRole('button', { name: 'Cancel for good' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(cancelled).toBe(true);
});

test('leaves the campaign alone when the question is answered with no', async () => {
  const { user } = show(stopped);
  await choose(user, 'Delete');
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('its ledger of 2,000 deliveries are lost');
  // Any request would fail the test: no handler knows it.
  await user.click(within(dialog).getByRole('button', { name: 'Not now' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
});

test('keeps the question open with the reason when deleting is refused', async () => {
  server.use(http.delete(at('campaigns/7/'), () => problem(409, 'running')));
  const { user } = show(stopped);
  await choose(user, 'Delete');
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Stop it first.');
});

test('retries exactly what has been ticked, and unknown ones only when asked to', async () => {
  let body: unknown;
  server.use(
    http.post(at('campaigns/7/retry/'), async ({ request }) => {
      body = await request.json();
      return ok(campaign({ status: 'running' }));
    }),
  );
  const { user } = show(stopped);
  await choose(user, 'Retry');
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('checkbox', { name: /unknown/ })).not.toBeChecked();
  await user.click(within(dialog).getByRole('button', { name: 'Retry' }));
  await waitFor(() => expect(body).toEqual({ statuses: ['failed'] }));
});

test('says beside the field that a time in the past cannot be scheduled', async () => {
  server.use(
    http.post(at('campaigns/7/schedule/'), () =>
      problem(400, 'invalid', { errors: [{ field: 'scheduled_at', code: 'past', detail: 'past' }] }),
    ),
  );
  const { user } = show({});
  await choose(user, 'Schedule');
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Schedule' }));
  expect(await screen.findByLabelText('Start at')).toHaveAccessibleDescription(
    expect.stringContaining('Choose a time that is still to come.'),
  );
});

test('goes to the copy after duplicating', async () => {
  server.use(http.post(at('campaigns/7/duplicate/'), () => ok(campaign({ id: 8 }), 201)));
  const { user, router } = renderPage(<CampaignActions campaign={campaign()} size="sm" />, {
    path: '/manage/campaigns',
    beside: [{ path: '/manage/campaigns/:id/edit', element: null }],
  });
  await choose(user, 'Duplicate');
  await waitFor(() => expect(router.state.location.pathname).toBe('/manage/campaigns/8/edit'));
});

test('shows a viewer nothing to press', async () => {
  server.use(http.post(at('auth/logout/'), () => new HttpResponse(null, { status: 204 })));
  await signInAs('viewer');
  show(stopped);
  expect(screen.queryByRole('button')).not.toBeInTheDocument();
});
