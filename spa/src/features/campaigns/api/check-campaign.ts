import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

/**
 * What to look at before a start, errors first: of the version saved last, and asked anew each time,
 * since a decision needs what is true now.
 */
export function useChecks(id: number, version = "") {
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
    staleTime: 0,
  });
}
