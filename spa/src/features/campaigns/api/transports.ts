import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

function transportsQuery() {
  return queryOptions({
    queryKey: ['transports'],
    queryFn: ({ signal }) => orThrow(api.GET('/api/v1/transports/', { signal })),
  });
}

export function useTransports() {
  return useQuery(transportsQuery());
}
