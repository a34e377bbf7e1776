import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { SubscriberWrite } from '../../../lib/api-types';

interface Saving {
  /** Without an id a new one is created. */
  id: number | undefined;
  body: SubscriberWrite;
}

export function useSaveSubscriber() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: Saving) =>
      id === undefined
        ? orThrow(api.POST('/api/v1/subscribers/', { body }))
        : orThrow(
            api.PATCH('/api/v1/subscribers/{subscriber_id}/', { params: { path: { subscriber_id: id } }, body }),
          ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['subscribers'] }),
        client.invalidateQueries({ queryKey: ['lists'] }),
      ]),
  });
}
