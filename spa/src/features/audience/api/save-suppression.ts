import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { SuppressionWrite } from '../../../lib/api-types';

export function useSaveSuppression() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SuppressionWrite) => orThrow(api.POST('/api/v1/suppressions/', { body })),
    // Subscribers carry a mark when their address is suppressed.
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['suppressions'] }),
        client.invalidateQueries({ queryKey: ['subscribers'] }),
      ]),
  });
}
