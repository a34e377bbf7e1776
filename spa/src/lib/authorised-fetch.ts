import { session } from './session';

const renewable = new Set(['token_not_valid', 'not_authenticated']);

async function asksForRenewal(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    renewable.has(body.code)
  );
}

function withToken(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

/** fetch with the access token; a refused token is renewed once and the request repeated as it was. */
export async function authorisedFetch(request: Request): Promise<Response> {
  const repeat = request.clone();
  const token = session.token();
  const response = await fetch(withToken(request, token));
  if (!(await asksForRenewal(response))) return response;
  if (!(await session.renewOrHold(token))) return response;
  return fetch(withToken(repeat, session.token()));
}
