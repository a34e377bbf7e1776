import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { session } from '../../../lib/session';
import { renderPage } from '../../../testing/render-page';
import { campaign, grant, page } from '../../../testing/samples';
import { at, ok, problem, server } from '../../../testing/server';
import { CreateCampaignPage } from '../pages/create-campaign-page';
import { EditCampaignPage } from '../pages/edit-campaign-page';

beforeEach(async () => {
  server.use(
    http.post(at('auth/token/'), () => ok(grant('admin', 'first'))),
    http.get(at('lists/'), () => ok(page([]))),
    http.get(at('transports/'), () => ok([])),
  );
  await session.signIn({ username: 'anna', password: 'secret' });
});

const create = () =>
  renderPage(<CreateCampaignPage />, {
    path: '/manage/campaigns/new',
    beside: [
      { path: '/manage/campaigns', element: <p>the list</p> },
      { path: '/manage/campaigns/:campaignId', element: <p>the campaign</p> },
    ],
  });

test('puts each refusal beside its field and the focus on the first', async () => {
  server.use(
    http.post(at('campaigns/'), () =>
      problem(400, 'invalid', {
        errors: [
          { field: 'body_text', code: 'unknown_variable', detail: 'nmae' },
          { field: 'subject', code: 'blank', detail: 'blank' },
          { field: 'lists.0', code: 'does_not_exist', detail: 'gone' },
        ],
      }),
    ),
  );
  const { user } = create();
  await user.type(screen.getByLabelText(/^Name/), 'Spring');
  await user.click(screen.getByRole('button', { name: 'Create campaign' }));
  const subject = screen.getByLabelText(/^Subject/);
  await waitFor(() => expect(subject).toHaveFocus());
  expect(subject).toHaveAccessibleDescription('Fill this in.');
  expect(screen.getByLabelText(/^Plain text/)).toHaveAccessibleDescription(
    'There is no such variable: nmae',
  );
  expect(screen.getByText('It does not exist any more.')).toBeVisible();
});

test('goes to the campaign once it has been created, with what was written', async () => {
  let body: unknown;
  server.use(
    http.post(at('campaigns/'), async ({ request }) => {
      body = await request.json();
      return ok(campaign(), 201);
    }),
  );
  const { user } = create();
  await user.type(screen.getByLabelText(/^Name/), 'Spring');
  await user.type(screen.getByLabelText(/^Messages a second/), '400');
  await user.click(screen.getByRole('button', { name: 'Create campaign' }));
  expect(await screen.findByText('the campaign')).toBeVisible();
  expect(body).toMatchObject({ name: 'Spring', rate_limit: 400, lists: [], is_public: true });
});

test('a half-written form survives an expired token', async () => {
  let saved: unknown;
  server.use(
    http.post(at('auth/token/refresh/'), () => ok(grant('admin', 'second'))),
    http.post(at('campaigns/'), async ({ request }) => {
      if (request.headers.get('Authorization') !== 'Bearer second') return problem(401, 'token_not_valid');
      saved = await request.json();
      return ok(campaign(), 201);
    }),
  );
  const { user } = create();
  await user.type(screen.getByLabelText(/^Name/), 'Long in the making');
  await user.click(screen.getByRole('button', { name: 'Create campaign' }));
  expect(await screen.findByText('the campaign')).toBeVisible();
  expect(saved).toMatchObject({ name: 'Long in the making' });
});

test('asks before a half-written form is left', async () => {
  const { user, router } = create();
  await user.type(screen.getByLabelText(/^Name/), 'Spring');
  void router.navigate('/manage/campaigns');
  const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
  await user.click(within(dialog).getByRole('button', { name: 'Not now' }));
  expect(screen.getByLabelText(/^Name/)).toHaveValue('Spring');
  void router.navigate('/manage/campaigns');
  await user.click(
    within(await screen.findByRole('dialog', { name: 'Leave without saving?' })).getByRole('button', {
      name: 'Leave',
    }),
  );
  expect(await screen.findByText('the list')).toBeVisible();
});

test('sends only what a running campaign lets one change', async () => {
  let body: unknown;
  const running = campaign({ status: 'running', rate_limit: 100, allowed_moves: ['stop'] });
  server.use(
    http.get(at('campaigns/7/'), () => ok(running)),
    http.patch(at('campaigns/7/'), async ({ request }) => {
      body = await request.json();
      return ok(running);
    }),
  );
  const { user } = renderPage(<EditCampaignPage />, {
    path: '/manage/campaigns/:campaignId/edit',
    address: '/manage/campaigns/7/edit',
    beside: [{ path: '/manage/campaigns/:campaignId', element: <p>the campaign</p> }],
  });
  expect(await screen.findByLabelText(/^Subject/)).toBeDisabled();
  const limit = screen.getByLabelText(/^Messages a second/);
  await user.clear(limit);
  await user.type(limit, '900');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('the campaign')).toBeVisible();
  expect(body).toEqual({ rate_limit: 900, is_public: true });
});
