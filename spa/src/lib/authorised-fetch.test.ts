import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { grant } from '../testing/samples';
import { at, ok, problem, server } from '../testing/server';
import { authorisedFetch } from './authorised-fetch';
import { session } from './session';

let refreshes: number;
let accepted: string;

beforeEach(async () => {
  refreshes = 0;
  accepted = 'stale';
  server.use(
    http.post(at('auth/token/'), () => ok(grant('admin', accepted))),
    http.post(at('auth/logout/'), () => new HttpResponse(null, { status: 204 })),
    http.post(at('auth/token/refresh/'), () => {
      refreshes += 1;
      accepted = 'fresh';
      return ok(grant('admin', 'fresh'));
    }),
    http.all(at('echo/'), async ({ request }) =>
      request.headers.get('Authorization') === `Bearer ${accepted}`
        ? HttpResponse.text(await request.text())
        : problem(401, 'token_not_valid'),
    ),
  );
  await session.signIn({ username: 'anna', password: 'secret' });
  // The server's clock has run on: the token that was just given is refused from now on.
  accepted = 'none of these';
});

const send = (body: string) => authorisedFetch(new Request(at('echo/'), { method: 'POST', body }));

test('renews a refused token and repeats the request with its body', async () => {
  const response = await send('half an hour of writing');
  expect(await response.text()).toBe('half an hour of writing');
  expect(refreshes).toBe(1);
});

test('refreshes once for many requests that are refused together', async () => {
  const responses = await Promise.all(['a', 'b', 'c', 'd'].map(send));
  expect(await Promise.all(responses.map((response) => response.text()))).toEqual(['a', 'b', 'c', 'd']);
  expect(refreshes).toBe(1);
});

test('holds the request while the session has ended, and sends it after signing in again', async () => {
  server.use(http.post(at('auth/token/refresh/'), () => problem(401, 'refresh_invalid')));
  const saving = send('still here');
  await expect.poll(() => session.snapshot().phase).toBe('expired');
  accepted = 'again';
  server.use(http.post(at('auth/token/'), () => ok(grant('admin', 'again'))));
  await session.signIn({ username: 'anna', password: 'secret' });
  expect(await (await saving).text()).toBe('still here');
});

test('gives the held request its refusal when the person leaves instead', async () => {
  server.use(http.post(at('auth/token/refresh/'), () => problem(401, 'refresh_invalid')));
  const saving = send('never mind');
  await expect.poll(() => session.snapshot().phase).toBe('expired');
  await session.signOut();
  expect((await saving).status).toBe(401);
});

test('does not renew for a refusal that is not about the token', async () => {
  server.use(http.post(at('echo/'), () => problem(403, 'permission_denied')));
  expect((await send('x')).status).toBe(403);
  expect(refreshes).toBe(0);
});

test('keeps the session when the refresh fails because the server is down', async () => {
  server.use(http.post(at('auth/token/refresh/'), () => problem(503, 'unavailable')));
  await expect(send('x')).rejects.toThrow('unavailable');
  expect(session.snapshot().phase).toBe('signed-in');
});
