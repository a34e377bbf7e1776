import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { orThrow, publicApi } from '../../../lib/api-client';
import type { CampaignStatus } from '../../../lib/api-types';

export const publicCampaignsKey = ['public-campaigns'] as const;
export const publicPageSize = 20;
const pollMs = 5_000;

export interface PublicCampaignsQuery {
  page: number;
  page_size: number;
  search?: string;
  status?: CampaignStatus[];
}

export function publicCampaignsQuery(query: PublicCampaignsQuery) {
  return queryOptions({
    queryKey: [...publicCampaignsKey, query],
    queryFn: ({ signal }) =>
      orThrow(publicApi.GET('/api/v1/public/campaigns/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Polls only while nothing pushes. */
export function usePublicCampaigns(query: PublicCampaignsQuery, poll: boolean) {
  return useQuery({ ...publicCampaignsQuery(query), refetchInterval: poll && pollMs });
}
