import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, orThrow } from '../../../lib/api-client';
import type { MailingListWrite } from '../../../lib/api-types';

interface Saving {
  /** Without an id a new one is created. */
  id: number | undefined;
  body: MailingListWrite;
}

export function useSaveMailingList() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: Saving) =>
      id === undefined
        ? orThrow(api.POST('/api/v1/lists/', { body }))
        : orThrow(
            api.PATCH('/api/v1/lists/{list_id}/', { params: { path: { list_id: id } }, body }),
          ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['lists'] }),
        client.invalidateQueries({ queryKey: ['subscribers'] }),
      ]),
  });
}
