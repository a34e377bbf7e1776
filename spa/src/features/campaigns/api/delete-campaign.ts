import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

export function useDeleteCampaign() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.DELETE("/api/v1/campaigns/{campaign_id}/", { params: { path: { campaign_id: id } } }),
      ),
    // The deleted campaign's own queries are left alone: refetching them on the page that is about
    // to close would show "not found" for a moment.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: campaignKeys.lists }),
  });
}
