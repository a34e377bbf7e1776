import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

/** What to look at before a start, of the version saved last. */
export function useChecks(id: number, version: string) {
  return useQuery({
    queryKey: [...campaignKeys.checks(id), version],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/checks/", {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
