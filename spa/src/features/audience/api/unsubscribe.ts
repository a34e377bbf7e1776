import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orThrow, publicApi } from '../../../lib/api-client';

function unsubscribeQuery(token: string) {
  return queryOptions({
    queryKey: ['unsubscribe', token],
    queryFn: ({ signal }) =>
      orThrow(
        publicApi.GET('/api/v1/public/unsubscribe/{token}/', { params: { path: { token } }, signal }),
      ),
  });
}

export function useUnsubscribeState(token: string) {
  return useQuery(unsubscribeQuery(token));
}

export function useUnsubscribe(token: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      orThrow(publicApi.POST('/api/v1/public/unsubscribe/{token}/', { params: { path: { token } } })),
    onSuccess: (state) => {
      client.setQueryData(unsubscribeQuery(token).queryKey, state);
    },
  });
}
