import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

/** One after the other; what was marked before a refusal stays marked. */
export function useMarkDeliveriesSent(campaignId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (deliveryIds: readonly number[]) => {
      for (const id of deliveryIds) {
        // oxlint-disable-next-line no-await-in-loop -- a page of them at once would be a flood
        await unwrap(
          api.POST("/api/v1/campaigns/{campaign_id}/deliveries/{delivery_id}/mark-sent/", {
            params: { path: { campaign_id: campaignId, delivery_id: id } },
          }),
        );
      }
    },
    // Also after a refusal: it is refused when the row is no longer what the table shows.
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: campaignKeys.ledger(campaignId) }),
        queryClient.invalidateQueries({ queryKey: campaignKeys.detail(campaignId) }),
      ]),
  });
}
