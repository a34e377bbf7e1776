import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export function useDeleteSubscriber() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      orThrow(
        api.DELETE('/api/v1/subscribers/{subscriber_id}/', { params: { path: { subscriber_id: id } } }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['subscribers'] }),
        client.invalidateQueries({ queryKey: ['lists'] }),
      ]),
  });
}
