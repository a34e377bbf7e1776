import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

/** The message as the first subscriber of its audience gets it, anew for each version. */
export function useMessage(id: number, version: number) {
  return useQuery({
    queryKey: [...campaignKeys.message(id), version],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/preview/", {
          params: { path: { campaign_id: id } },
          body: {},
          signal,
        }),
      ),
  });
}
