import { QueryClient } from "@tanstack/react-query";

import { ApiProblem } from "./api-client";

/** A refusal stays one however often it is asked for; a lost connection may come back. */
function isWorthRepeating(failures: number, error: Error): boolean {
  const refused = error instanceof ApiProblem && error.status >= 400 && error.status < 500;
  return !refused && failures < 2;
}

const WHILE_AWAY_MS = 5_000;

/** A server that is away is asked again until it is back, whether or not anybody presses a button. */
function recoverByItself({ state: { error } }: { state: { error: Error | null } }): number | false {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500)
    ? WHILE_AWAY_MS
    : false;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: isWorthRepeating, staleTime: 2_000, refetchInterval: recoverByItself },
      // Offline it fails at once and says so: nothing is to be sent later, when nobody expects it.
      mutations: { networkMode: "always" },
    },
  });
}
