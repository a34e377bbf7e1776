import { useSyncExternalStore } from 'react';
import { toApiError } from './api-error';
import type { Credentials, SessionGrant, User } from './api-types';

export type SessionState =
  | { phase: 'unknown' }
  | { phase: 'signed-out' }
  | { phase: 'signed-in'; user: User }
  /** Was signed in on this page and cannot be renewed: the page stays, a dialog asks for the password. */
  | { phase: 'expired'; user: User };

/**
 * Tabs share the refresh cookie, and the server takes a second use of one for theft.
 * The lock makes the second tab wait, by which time the browser holds the new cookie.
 */
function withRefreshLock<T>(run: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Pick<Navigator, 'locks'>>).locks;
  // The DOM types wrap the callback's promise once more than locks.request() does at run time.
  return locks ? (locks.request('posthorn-refresh', run) as Promise<T>) : run();
}

async function post(path: string, body?: unknown): Promise<Response> {
  return fetch(new URL(`/api/v1/auth/${path}`, window.location.origin), {
    method: 'POST',
    credentials: 'same-origin',
    ...(body === undefined
      ? {}
      : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

async function failure(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => null);
  return toApiError(body, response);
}

export function createSession() {
  // In memory only: a script that gets into the page later must not find it in storage.
  let access: string | null = null;
  let state: SessionState = { phase: 'unknown' };
  let renewal: Promise<boolean> | null = null;
  let held: ((renewed: boolean) => void)[] = [];
  const listeners = new Set<() => void>();

  function set(next: SessionState) {
    state = next;
    for (const listener of listeners) listener();
  }

  function releaseHeld(renewed: boolean) {
    const release = held;
    held = [];
    for (const resolve of release) resolve(renewed);
  }

  function accept(grant: SessionGrant) {
    access = grant.access;
    set({ phase: 'signed-in', user: grant.user });
    releaseHeld(true);
  }

  function drop() {
    access = null;
    set({ phase: 'signed-out' });
    releaseHeld(false);
  }

  async function requestRenewal(): Promise<boolean> {
    const response = await withRefreshLock(() => post('token/refresh/'));
    if (response.ok) {
      accept((await response.json()) as SessionGrant);
      return true;
    }
    // Only a refusal ends the session; a server that is down for a moment does not.
    if (response.status >= 500 || response.status === 429) throw await failure(response);
    return false;
  }

  function renew(): Promise<boolean> {
    renewal ??= requestRenewal().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  return {
    token: () => access,
    snapshot: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async restore(): Promise<SessionState> {
      if (state.phase === 'unknown' && !(await renew())) drop();
      return state;
    },

    async signIn(credentials: Credentials): Promise<void> {
      const response = await post('token/', credentials);
      if (!response.ok) throw await failure(response);
      accept((await response.json()) as SessionGrant);
    },

    async signOut(): Promise<void> {
      await post('logout/').catch(() => undefined);
      drop();
    },

    /**
     * After a refused token: true when the request is worth repeating. When the refresh is refused too, the
     * request is held until the person has signed in again in the dialog, or has given up.
     */
    async renewOrHold(refusedToken: string | null): Promise<boolean> {
      if (access !== null && access !== refusedToken) return true;
      if (await renew()) return true;
      if (state.phase !== 'signed-in' && state.phase !== 'expired') return false;
      if (state.phase === 'signed-in') set({ phase: 'expired', user: state.user });
      return new Promise((resolve) => {
        held.push(resolve);
      });
    },
  };
}

export const session = createSession();

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.snapshot);
}

/** Viewers read everything in the management area and change nothing. */
export function useCanEdit(): boolean {
  const current = useSession();
  return (
    (current.phase === 'signed-in' || current.phase === 'expired') && current.user.role === 'admin'
  );
}
