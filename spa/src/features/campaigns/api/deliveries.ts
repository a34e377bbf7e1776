import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { DeliveryStatus } from '../../../lib/api-types';

export const deliveriesPageSize = 25;

interface DeliveriesQuery {
  page: number;
  search?: string;
  status?: DeliveryStatus[];
}

function deliveriesQuery(id: number, query: DeliveriesQuery) {
  return queryOptions({
    queryKey: ['campaigns', 'ledger', id, 'deliveries', query],
    queryFn: ({ signal }) =>
      orThrow(
        api.GET('/api/v1/campaigns/{campaign_id}/deliveries/', {
          params: {
            path: { campaign_id: id },
            query: { ...query, page_size: deliveriesPageSize },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useDeliveries(id: number, query: DeliveriesQuery, running: boolean) {
  return useQuery({ ...deliveriesQuery(id, query), refetchInterval: running && 3_000 });
}
