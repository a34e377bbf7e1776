import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { CampaignStatus } from '../../../lib/api-types';
import { useFallbackPolling } from '../../../lib/stream-context';

export const campaignsKey = ['campaigns', 'list'] as const;
export const campaignsPageSize = 25;

interface CampaignsQuery {
  page: number;
  ordering: string;
  search?: string;
  status?: CampaignStatus[];
}

function campaignsQuery(query: CampaignsQuery) {
  return queryOptions({
    queryKey: [...campaignsKey, query],
    queryFn: ({ signal }) =>
      orThrow(
        api.GET('/api/v1/campaigns/', {
          params: { query: { ...query, page_size: campaignsPageSize } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useCampaigns(query: CampaignsQuery) {
  return useQuery({ ...campaignsQuery(query), refetchInterval: useFallbackPolling() });
}
