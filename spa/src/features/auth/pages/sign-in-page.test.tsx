import { screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { renderPage } from '../../../testing/render-page';
import { grant } from '../../../testing/samples';
import { at, ok, problem, server } from '../../../testing/server';
import { SignInPage, safeNext } from './sign-in-page';

async function signIn(address: string) {
  const shown = renderPage(<SignInPage />, {
    path: '/sign-in',
    address,
    beside: [{ path: '/manage/*', element: <p>management</p> }],
  });
  await shown.user.type(screen.getByLabelText('User name'), 'anna');
  await shown.user.type(screen.getByLabelText('Password'), 'secret');
  await shown.user.click(screen.getByRole('button', { name: 'Sign in' }));
  return shown;
}

test('goes back to where one was', async () => {
  server.use(http.post(at('auth/token/'), () => ok(grant())));
  const { router } = await signIn('/sign-in?next=%2Fmanage%2Fcampaigns%3Fpage%3D2');
  expect(await screen.findByText('management')).toBeVisible();
  expect(router.state.location.pathname + router.state.location.search).toBe('/manage/campaigns?page=2');
});

test('says that name or password are wrong, and lets one type the password again', async () => {
  server.use(http.post(at('auth/token/'), () => problem(401, 'no_active_account')));
  await signIn('/sign-in');
  expect(await screen.findByRole('alert')).toHaveTextContent('The user name or the password is wrong.');
  await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
});

test('never sends anybody to another site', () => {
  expect(['https://evil.example', '//evil.example', '/manage.evil.example', '/manage\\evil', null].map(safeNext)).toEqual(
    Array.from({ length: 5 }, () => '/manage'),
  );
  expect(safeNext('/manage/lists?page=2')).toBe('/manage/lists?page=2');
});
