import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

const REFRESH_MS = 5_000;

/** What goes on; asked for again every few seconds while somebody looks at it. */
export function useOverview() {
  return useQuery({
    queryKey: ["overview"] as const,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/overview/", { signal })),
    refetchInterval: REFRESH_MS,
  });
}
