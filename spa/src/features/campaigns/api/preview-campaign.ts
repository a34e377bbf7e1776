import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

function previewQuery(id: number) {
  return queryOptions({
    queryKey: ['campaigns', 'preview', id],
    queryFn: ({ signal }) =>
      orThrow(
        api.POST('/api/v1/campaigns/{campaign_id}/preview/', {
          params: { path: { campaign_id: id } },
          body: {},
          signal,
        }),
      ),
    // The text may have been saved a moment ago.
    staleTime: 0,
    gcTime: 0,
  });
}

export function usePreview(id: number) {
  return useQuery(previewQuery(id));
}
