import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { Campaign } from '../../../lib/api-types';
import { campaignQuery } from './campaign';
import { campaignsKey } from './campaigns';

export type CampaignMove =
  | { move: 'start' | 'stop' | 'cancel' | 'unschedule' }
  | { move: 'schedule'; scheduledAt: string }
  | { move: 'retry'; statuses: ('failed' | 'unknown')[] };

function post(id: number, request: CampaignMove): Promise<Campaign> {
  const params = { path: { campaign_id: id } };
  switch (request.move) {
    case 'start':
      return orThrow(api.POST('/api/v1/campaigns/{campaign_id}/start/', { params }));
    case 'stop':
      return orThrow(api.POST('/api/v1/campaigns/{campaign_id}/stop/', { params }));
    case 'cancel':
      return orThrow(api.POST('/api/v1/campaigns/{campaign_id}/cancel/', { params }));
    case 'unschedule':
      return orThrow(api.POST('/api/v1/campaigns/{campaign_id}/unschedule/', { params }));
    case 'schedule':
      return orThrow(
        api.POST('/api/v1/campaigns/{campaign_id}/schedule/', {
          params,
          body: { scheduled_at: request.scheduledAt },
        }),
      );
    case 'retry':
      return orThrow(
        api.POST('/api/v1/campaigns/{campaign_id}/retry/', {
          params,
          body: { statuses: request.statuses },
        }),
      );
  }
}

export function useMoveCampaign(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: CampaignMove) => post(id, request),
    onSuccess: (campaign) => {
      client.setQueryData(campaignQuery(id).queryKey, campaign);
    },
    // A refused move means that this page shows an old state, so both ways the truth is asked for.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: campaignsKey }),
        client.invalidateQueries({ queryKey: ['campaigns', 'detail', id] }),
        client.invalidateQueries({ queryKey: ['campaigns', 'ledger', id] }),
      ]),
  });
}
