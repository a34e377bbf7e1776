import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { CampaignPatch, CampaignWrite } from '../../../lib/api-types';
import { campaignQuery } from './campaign';
import { campaignsKey } from './campaigns';

export function useCreateCampaign() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CampaignWrite) => orThrow(api.POST('/api/v1/campaigns/', { body })),
    onSuccess: (campaign) => {
      client.setQueryData(campaignQuery(campaign.id).queryKey, campaign);
      return client.invalidateQueries({ queryKey: campaignsKey });
    },
  });
}

export function useUpdateCampaign(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CampaignPatch) =>
      orThrow(
        api.PATCH('/api/v1/campaigns/{campaign_id}/', {
          params: { path: { campaign_id: id } },
          body,
        }),
      ),
    onSuccess: (campaign) => {
      client.setQueryData(campaignQuery(id).queryKey, campaign);
      return client.invalidateQueries({ queryKey: campaignsKey });
    },
  });
}
