import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { mailingListKeys } from "../../../queries/mailing-lists";
import { audienceKeys } from "./keys";

export function useDeleteSubscriber() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.DELETE("/api/v1/subscribers/{subscriber_id}/", {
          params: { path: { subscriber_id: id } },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: audienceKeys.subscribers }),
        queryClient.invalidateQueries({ queryKey: mailingListKeys.every }),
      ]),
  });
}
