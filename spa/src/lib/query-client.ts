import { QueryClient } from "@tanstack/react-query";

import { ApiProblem } from "./api-client";

/** A refusal stays one however often it is asked for; a lost connection may come back. */
function isWorthRepeating(failures: number, error: Error): boolean {
  const refused = error instanceof ApiProblem && error.status >= 400 && error.status < 500;
  return !refused && failures < 2;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: isWorthRepeating, staleTime: 2_000 } },
  });
}
