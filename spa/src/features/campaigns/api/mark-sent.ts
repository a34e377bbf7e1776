import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export function useMarkSent(campaignId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: number) =>
      orThrow(
        api.POST('/api/v1/campaigns/{campaign_id}/deliveries/{delivery_id}/mark-sent/', {
          params: { path: { campaign_id: campaignId, delivery_id: deliveryId } },
        }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['campaigns', 'ledger', campaignId] }),
        client.invalidateQueries({ queryKey: ['campaigns', 'detail', campaignId] }),
      ]),
  });
}
