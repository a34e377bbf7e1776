import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export const listsKey = ['lists'] as const;

interface ListQuery {
  page: number;
  page_size: number;
  ordering: string;
  search?: string;
}

function listsQuery(query: ListQuery) {
  return queryOptions({
    queryKey: [...listsKey, query],
    queryFn: ({ signal }) => orThrow(api.GET('/api/v1/lists/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useLists(query: ListQuery) {
  return useQuery(listsQuery(query));
}
