import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "../api-schema";

type Problem = components["schemas"]["Problem"];
export type Access = components["schemas"]["Access"];

export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

/** Every way in which a request can fail, with the API's stable code, or `network`. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  readonly allowedMoves?: string[];

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? "error";
    this.detail = problem.detail ?? "";
    this.errors = (problem.errors ?? []).map((error) => ({
      ...error,
      field: error.field ?? "non_field_errors",
    }));
    if (problem.allowed_moves) this.allowedMoves = problem.allowed_moves;
  }
}

interface TokenHolder {
  access: string | null;
  onRefreshed: (access: Access) => void;
  onExpired: () => void;
}

// In memory only: what a script can read from storage, an injected script can steal.
const token: TokenHolder = { access: null, onRefreshed: () => {}, onExpired: () => {} };

export function setAccessToken(access: string | null): void {
  token.access = access;
}

/** The session listens here; the client knows nothing about users. */
export function onTokenChange(listener: Omit<TokenHolder, "access">): void {
  Object.assign(token, listener);
}

let refreshing: Promise<Access> | null = null;

/** Tabs share the cookie, so they take turns too, where the browser offers that. */
function alone<T>(task: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? navigator.locks.request("posthorn-refresh", task) : task();
}

/** One refresh at a time: the refresh token rotates, and using it twice ends the session. */
export function refreshAccess(): Promise<Access> {
  refreshing ??= alone(() => unwrap(api.POST("/api/v1/auth/token/refresh/")))
    .then((access) => {
      token.access = access.access;
      token.onRefreshed(access);
      return access;
    })
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

async function codeOf(response: Response): Promise<string | undefined> {
  const problem: Partial<Problem> = await response
    .clone()
    .json()
    .catch(() => ({}));
  return problem.code;
}

/** `fetch` with the access token, refreshed and repeated once when it ran out. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const sentWith = token.access;
  if (!sentWith) return fetch(request);
  // The body of a request can be read once only, so the repetition needs its own copy.
  const repetition = request.clone();
  request.headers.set("Authorization", `Bearer ${sentWith}`);
  const response = await fetch(request);
  if (response.status !== 401 || (await codeOf(response)) !== "token_not_valid") return response;

  // Somebody else's refresh may have come in between: then its token is the one to use.
  if (token.access === sentWith) {
    try {
      await refreshAccess();
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) token.onExpired();
      return response;
    }
  }
  repetition.headers.set("Authorization", `Bearer ${token.access}`);
  return fetch(repetition);
}

const sayNetworkProblem: Middleware = {
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    return new ApiProblem(0, { code: "network", detail: String(error) });
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: authorizedFetch,
  // Django reads a repeated key: status=draft&status=running.
  querySerializer: { array: { style: "form", explode: true } },
});
api.use(sayNetworkProblem);

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function isProblem(error: unknown): error is Partial<Problem> {
  return typeof error === "object" && error !== null && "code" in error;
}

/** The data of a successful answer; every failure is thrown as an `ApiProblem`. */
export async function unwrap<T>(result: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await result;
  if (response.ok) return data as T;
  throw new ApiProblem(response.status, isProblem(error) ? error : {});
}
