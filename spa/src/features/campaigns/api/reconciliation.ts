import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

function reconciliationQuery(id: number) {
  return queryOptions({
    queryKey: ['campaigns', 'ledger', id, 'reconciliation'],
    queryFn: ({ signal }) =>
      orThrow(
        api.GET('/api/v1/campaigns/{campaign_id}/reconciliation/', {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
  });
}

/** Counts every row of the ledger, so it is asked for once and on demand and never polled. */
export function useReconciliation(id: number) {
  return useQuery(reconciliationQuery(id));
}
