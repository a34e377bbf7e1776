import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

function listOptionsQuery() {
  return queryOptions({
    // Under the lists' own key, so that a list created elsewhere shows up here.
    queryKey: ['lists', 'options'],
    queryFn: ({ signal }) =>
      orThrow(
        api.GET('/api/v1/lists/', {
          params: { query: { page_size: 200, ordering: 'name' } },
          signal,
        }),
      ),
  });
}

export function useListOptions() {
  return useQuery(listOptionsQuery());
}
