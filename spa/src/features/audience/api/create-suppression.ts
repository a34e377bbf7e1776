import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { SuppressionWrite } from "./types";

export function useCreateSuppression() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: SuppressionWrite) => unwrap(api.POST("/api/v1/suppressions/", { body })),
    // Subscribers carry a badge that says whether they are suppressed.
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: audienceKeys.suppressions }),
        queryClient.invalidateQueries({ queryKey: audienceKeys.subscribers }),
      ]),
  });
}
