import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

export function useMarkDeliverySent(campaignId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: number) =>
      unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/deliveries/{delivery_id}/mark-sent/", {
          params: { path: { campaign_id: campaignId, delivery_id: deliveryId } },
        }),
      ),
    // Also after a refusal: it is refused when the row is no longer what the table shows.
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: campaignKeys.ledger(campaignId) }),
        queryClient.invalidateQueries({ queryKey: campaignKeys.detail(campaignId) }),
      ]),
  });
}
