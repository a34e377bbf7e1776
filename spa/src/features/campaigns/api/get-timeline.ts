import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

const WHILE_RUNNING_MS = 3000;

export function timelineQuery(id: number) {
  return queryOptions({
    queryKey: campaignKeys.timeline(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/timeline/", {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
  });
}

export function useTimeline(id: number, running: boolean) {
  return useQuery({ ...timelineQuery(id), refetchInterval: running ? WHILE_RUNNING_MS : false });
}
