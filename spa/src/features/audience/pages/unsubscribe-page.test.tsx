import { screen } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { renderPage } from '../../../testing/render-page';
import { at, ok, problem, server } from '../../../testing/server';
import { UnsubscribePage } from './unsubscribe-page';

const state = { email: 'a•••@example.org', campaign: 'Spring letter', unsubscribed: false };

const show = () =>
  renderPage(<UnsubscribePage />, { path: '/unsubscribe/:token', address: '/unsubscribe/abc' });

test('unsubscribes only when the button is pressed, and says that it is done', async () => {
  let pressed = false;
  server.use(
    http.get(at('public/unsubscribe/abc/'), () => ok(state)),
    http.post(at('public/unsubscribe/abc/'), () => {
      pressed = true;
      return ok({ ...state, unsubscribed: true });
    }),
  );
  const { user } = show();
  const button = await screen.findByRole('button', { name: 'Yes, unsubscribe me' });
  expect(pressed).toBe(false);
  await user.click(button);
  expect(await screen.findByRole('heading', { name: 'You are unsubscribed' })).toBeVisible();
  expect(pressed).toBe(true);
});

test('says that a link does not work instead of offering a button', async () => {
  server.use(http.get(at('public/unsubscribe/abc/'), () => problem(404, 'not_found')));
  show();
  expect(await screen.findByRole('heading', { name: 'This link does not work' })).toBeVisible();
  expect(screen.queryByRole('button')).not.toBeInTheDocument();
});

test('does not call a link bad when the server is down', async () => {
  server.use(http.get(at('public/unsubscribe/abc/'), () => problem(503, 'unavailable')));
  show();
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeVisible();
});
