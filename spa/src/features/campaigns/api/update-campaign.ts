import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ApiProblem, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { CampaignWrite } from "./types";

export function useUpdateCampaign(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<CampaignWrite>) =>
      unwrap(
        api.PATCH("/api/v1/campaigns/{campaign_id}/", {
          params: { path: { campaign_id: id } },
          body,
        }),
      ),
    onSuccess: (campaign) => {
      queryClient.setQueryData(campaignKeys.detail(id), campaign);
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
    },
    onError: (error) => {
      // It was started, or it ended, since it was read: other fields may be changed now.
      if (error instanceof ApiProblem && error.status === 409) {
        void queryClient.invalidateQueries({ queryKey: campaignKeys.detail(id) });
      }
    },
  });
}
