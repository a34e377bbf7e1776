import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { Subscriber } from '../../../lib/api-types';
import { session } from '../../../lib/session';
import { renderPage } from '../../../testing/render-page';
import { grant, page } from '../../../testing/samples';
import { at, ok, problem, server } from '../../../testing/server';
import { SubscribersPage } from './subscribers-page';

const anna: Subscriber = {
  id: 3,
  email: 'anna@example.org',
  name: 'Anna',
  attributes: { city: 'Oslo' },
  lists: [],
  suppressed: true,
  created_at: '2026-01-05T10:00:00Z',
  updated_at: '2026-01-05T10:00:00Z',
};

beforeEach(async () => {
  server.use(
    http.post(at('auth/token/'), () => ok(grant())),
    http.get(at('lists/'), () => ok(page([]))),
    http.get(at('subscribers/'), () => ok(page([anna]))),
  );
  await session.signIn({ username: 'anna', password: 'secret' });
});

const show = () => renderPage(<SubscribersPage />, { path: '/manage/subscribers' });

test('marks who is suppressed', async () => {
  show();
  expect(await screen.findByRole('row', { name: /anna@example.org/ })).toHaveTextContent('Suppressed');
});

test('says beside the field that the attributes are no JSON object, and sends nothing', async () => {
  const { user } = show();
  await user.click(await screen.findByRole('button', { name: 'Edit anna@example.org' }));
  const attributes = await screen.findByLabelText('Attributes (JSON)');
  expect(attributes).toHaveValue('{\n  "city": "Oslo"\n}');
  fireEvent.change(attributes, { target: { value: '["Oslo"]' } });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(attributes).toHaveFocus());
  expect(attributes).toHaveAccessibleDescription(expect.stringContaining('This is not a JSON object.'));
});

test('says beside the address that it is taken', async () => {
  server.use(
    http.post(at('subscribers/'), () =>
      problem(400, 'invalid', { errors: [{ field: 'email', code: 'unique', detail: 'taken' }] }),
    ),
  );
  const { user } = show();
  await user.click(screen.getByRole('button', { name: 'New subscriber' }));
  const email = await screen.findByLabelText(/^Address/);
  await user.type(email, 'anna@example.org');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(email).toHaveAccessibleDescription('This is taken already.'));
});

test('deletes after saying what is lost', async () => {
  let deleted = false;
  server.use(
    http.delete(at('subscribers/3/'), () => {
      deleted = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = show();
  await user.click(await screen.findByRole('button', { name: 'Delete anna@example.org' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('Past deliveries keep the address.');
  expect(deleted).toBe(false);
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(deleted).toBe(true));
});
