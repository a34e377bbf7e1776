import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";

export function useDeleteSuppression() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.DELETE("/api/v1/suppressions/{suppression_id}/", {
          params: { path: { suppression_id: id } },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: audienceKeys.suppressions }),
        queryClient.invalidateQueries({ queryKey: audienceKeys.subscribers }),
      ]),
  });
}
