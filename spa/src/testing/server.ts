import { HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import type { Problem } from '../lib/api-types';

export const server = setupServer();

/** An absolute address, since Node's fetch knows no page to resolve a path against. */
export function at(path: string): string {
  return new URL(`/api/v1/${path}`, window.location.origin).href;
}

/** A body that the schema allows, so that a stub cannot drift away from the API unseen. */
export function ok<Body>(body: Body, status = 200) {
  return new HttpResponse(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });
}

export function problem(
  status: number,
  code: string,
  more: Partial<Problem> = {},
) {
  const body: Problem = { type: 'about:blank', title: code, status, detail: code, code, ...more };
  return new HttpResponse(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
