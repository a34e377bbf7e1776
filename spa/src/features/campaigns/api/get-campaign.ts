import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { useLive } from "../../../lib/live";
import { campaignKeys } from "./keys";

export function campaignQuery(id: number) {
  return queryOptions({
    queryKey: campaignKeys.detail(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/", {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
  });
}

const WHILE_RUNNING_MS = 5_000;

/** Its numbers come by themselves; why it waits must be asked for while it runs. */
export function useCampaign(id: number) {
  const { refetchInterval } = useLive();
  return useQuery({
    ...campaignQuery(id),
    refetchInterval: ({ state }) =>
      state.data?.status === "running" ? WHILE_RUNNING_MS : refetchInterval,
  });
}
