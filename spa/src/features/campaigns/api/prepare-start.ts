import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

/** What is wrong with it, errors first. Asked anew each time: a decision needs what is true now. */
export function useChecks(id: number) {
  return useQuery({
    queryKey: campaignKeys.checks(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/checks/", {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
    staleTime: 0,
  });
}

/** How many it would reach now. */
export function useCampaignAudience(id: number) {
  return useQuery({
    queryKey: campaignKeys.audience(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/audience/", {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
    staleTime: 0,
  });
}
