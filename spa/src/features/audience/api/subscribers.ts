import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export const subscribersKey = ['subscribers'] as const;

interface ListQuery {
  page: number;
  page_size: number;
  ordering: string;
  search?: string;
  list?: number;
}

function subscribersQuery(query: ListQuery) {
  return queryOptions({
    queryKey: [...subscribersKey, query],
    queryFn: ({ signal }) => orThrow(api.GET('/api/v1/subscribers/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useSubscribers(query: ListQuery) {
  return useQuery(subscribersQuery(query));
}
