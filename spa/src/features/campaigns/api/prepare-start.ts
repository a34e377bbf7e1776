import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

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
