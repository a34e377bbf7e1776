import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export const suppressionsKey = ['suppressions'] as const;

interface ListQuery {
  page: number;
  page_size: number;
  ordering: string;
  search?: string;
}

function suppressionsQuery(query: ListQuery) {
  return queryOptions({
    queryKey: [...suppressionsKey, query],
    queryFn: ({ signal }) => orThrow(api.GET('/api/v1/suppressions/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useSuppressions(query: ListQuery) {
  return useQuery(suppressionsQuery(query));
}
