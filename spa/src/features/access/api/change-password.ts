import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";

export function useChangePassword() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { present: string; password: string }) =>
      unwrap(api.POST("/api/v1/auth/password/", { body })),
    // The other sessions have ended.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessKeys.sessions }),
  });
}
