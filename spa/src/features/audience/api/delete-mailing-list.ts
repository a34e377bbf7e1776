import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { mailingListKeys } from "../../../queries/mailing-lists";
import { audienceKeys } from "./keys";

export function useDeleteMailingList() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/lists/{list_id}/", { params: { path: { list_id: id } } })),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: mailingListKeys.every }),
        queryClient.invalidateQueries({ queryKey: audienceKeys.subscribers }),
      ]),
  });
}
