import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';

export function useDeleteSuppression() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      orThrow(
        api.DELETE('/api/v1/suppressions/{suppression_id}/', { params: { path: { suppression_id: id } } }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['suppressions'] }),
        client.invalidateQueries({ queryKey: ['subscribers'] }),
      ]),
  });
}
