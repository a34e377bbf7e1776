import { useSyncExternalStore } from "react";

import {
  api,
  ApiProblem,
  onTokenChange,
  refreshAccess,
  setAccessToken,
  unwrap,
  type Access,
} from "./api-client";

export type User = Access["user"];

export interface Session {
  /**
   * `expired` keeps the user: the page stays as it is, with what is half-written in it,
   * and asks for the password above it.
   */
  status: "loading" | "anonymous" | "signed-in" | "expired";
  user: User | null;
}

// Not a secret, only a hint: who never signed in here need not be asked about at each load.
const HINT = "posthorn-signed-in";

function hint(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT, "yes");
    else localStorage.removeItem(HINT);
  } catch {
    // Storage is denied: `mayBeSignedIn` then says yes to be safe.
  }
}

function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

let session: Session = { status: "loading", user: null };
const listeners = new Set<() => void>();

function become(next: Session): void {
  session = next;
  if (next.status === "signed-in") hint(true);
  for (const listener of listeners) listener();
}

onTokenChange({
  onRefreshed: ({ user }) => become({ status: "signed-in", user }),
  onExpired: () => {
    setAccessToken(null);
    if (session.user) become({ status: "expired", user: session.user });
  },
});

/** Ask the refresh cookie who this is; run once when the page loads. */
export async function restoreSession(): Promise<void> {
  try {
    if (mayBeSignedIn()) await refreshAccess();
    else become({ status: "anonymous", user: null });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) hint(false);
    become({ status: "anonymous", user: null });
  }
}

interface Credentials {
  username: string;
  password: string;
  /** Of the authenticator app, or a recovery code; for those who have a second factor. */
  code?: string;
}

export async function signIn(credentials: Credentials): Promise<void> {
  const { access, user } = await unwrap(api.POST("/api/v1/auth/token/", { body: credentials }));
  setAccessToken(access);
  become({ status: "signed-in", user });
}

export async function signOut(): Promise<void> {
  await unwrap(api.POST("/api/v1/auth/logout/"));
  setAccessToken(null);
  hint(false);
  become({ status: "anonymous", user: null });
}

/** Ask the API anew who this is and what is allowed. */
export async function reload(): Promise<void> {
  const user = await unwrap(api.GET("/api/v1/auth/me/"));
  become({ ...session, user });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

interface SessionActions {
  signIn: typeof signIn;
  signOut: typeof signOut;
  reload: typeof reload;
}

export function useSession(): Session & SessionActions {
  const current = useSyncExternalStore(subscribe, () => session);
  return { ...current, signIn, signOut, reload };
}
