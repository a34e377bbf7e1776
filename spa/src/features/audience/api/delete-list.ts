import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export function useDeleteMailingList() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      orThrow(
        api.DELETE('/api/v1/lists/{list_id}/', { params: { path: { list_id: id } } }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['lists'] }),
        client.invalidateQueries({ queryKey: ['subscribers'] }),
      ]),
  });
}
