import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

export function useDuplicateCampaign() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/duplicate/", {
          params: { path: { campaign_id: id } },
        }),
      ),
    onSuccess: (copy) => {
      queryClient.setQueryData(campaignKeys.detail(copy.id), copy);
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
    },
  });
}
