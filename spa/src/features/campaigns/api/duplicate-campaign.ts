import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import { campaignsKey } from './campaigns';

export function useDuplicateCampaign(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      orThrow(
        api.POST('/api/v1/campaigns/{campaign_id}/duplicate/', {
          params: { path: { campaign_id: id } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: campaignsKey }),
  });
}
