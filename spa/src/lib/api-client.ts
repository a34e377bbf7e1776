import createClient from 'openapi-fetch';
import type { paths } from '../api-schema';
import { toApiError } from './api-error';
import { authorisedFetch } from './authorised-fetch';

const baseUrl = window.location.origin;

export const api = createClient<paths>({ baseUrl, fetch: authorisedFetch });

/** For what needs no sign-in: an expired session must not stand between a visitor and the public page. */
export const publicApi = createClient<paths>({
  baseUrl,
  fetch: (request) => fetch(request),
  // Always ask, always conditionally: the browser adds If-None-Match and turns a 304 into the kept body.
  cache: 'no-cache',
});

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a success; anything else is thrown, so that queries and mutations see it as an error. */
export async function orThrow<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw toApiError(error, response);
  return data as Data;
}
