import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

function timelineQuery(id: number) {
  return queryOptions({
    queryKey: ['campaigns', 'ledger', id, 'timeline'],
    queryFn: ({ signal }) =>
      orThrow(
        api.GET('/api/v1/campaigns/{campaign_id}/timeline/', {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
  });
}

export function useTimeline(id: number, running: boolean) {
  return useQuery({ ...timelineQuery(id), refetchInterval: running && 3_000 });
}
