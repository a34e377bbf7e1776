import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import { campaignsKey } from './campaigns';

export function useDeleteCampaign(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      orThrow(
        api.DELETE('/api/v1/campaigns/{campaign_id}/', { params: { path: { campaign_id: id } } }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: campaignsKey }),
  });
}
