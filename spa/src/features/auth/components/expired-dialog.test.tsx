import { screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { authorisedFetch } from '../../../lib/authorised-fetch';
import { session } from '../../../lib/session';
import { renderPage } from '../../../testing/render-page';
import { grant } from '../../../testing/samples';
import { at, ok, problem, server } from '../../../testing/server';
import { ExpiredDialog } from './expired-dialog';

test('asks for the password over the page, keeps what is written there, and lets the request go on', async () => {
  server.use(
    http.post(at('auth/token/'), () => ok(grant('admin', 'first'))),
    http.post(at('auth/token/refresh/'), () => problem(401, 'refresh_invalid')),
    http.post(at('campaigns/'), ({ request }) =>
      request.headers.get('Authorization') === 'Bearer second'
        ? ok({ id: 7 }, 201)
        : problem(401, 'token_not_valid'),
    ),
  );
  await session.signIn({ username: 'anna', password: 'secret' });
  const { user } = renderPage(
    <>
      <label>
        Draft <input />
      </label>
      <ExpiredDialog />
    </>,
    { path: '/' },
  );
  const draft = screen.getByLabelText('Draft');
  await user.type(draft, 'half written');

  const saving = authorisedFetch(new Request(at('campaigns/'), { method: 'POST', body: '{}' }));
  expect(await screen.findByRole('dialog', { name: 'Please sign in again' })).toBeVisible();
  expect(screen.getByLabelText('User name')).toHaveValue('anna');
  expect(screen.getByLabelText('User name')).toHaveAttribute('readonly');

  server.use(http.post(at('auth/token/'), () => ok(grant('admin', 'second'))));
  await user.type(screen.getByLabelText('Password'), 'secret');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect((await saving).status).toBe(201);
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(draft).toHaveValue('half written');
  expect(draft).toBeInTheDocument();
});
