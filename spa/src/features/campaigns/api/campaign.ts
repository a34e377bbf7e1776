import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import { useFallbackPolling } from '../../../lib/stream-context';

export function campaignQuery(id: number) {
  return queryOptions({
    queryKey: ['campaigns', 'detail', id],
    queryFn: ({ signal }) =>
      orThrow(
        api.GET('/api/v1/campaigns/{campaign_id}/', {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
  });
}

export function useCampaign(id: number) {
  return useQuery({ ...campaignQuery(id), refetchInterval: useFallbackPolling() });
}
