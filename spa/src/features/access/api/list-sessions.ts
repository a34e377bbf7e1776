import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";

const sessionsQuery = queryOptions({
  queryKey: accessKeys.sessions,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/auth/sessions/", { signal })),
});

export function useSessions() {
  return useQuery(sessionsQuery);
}
