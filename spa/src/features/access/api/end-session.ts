import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";

export function useEndSession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(
        api.DELETE("/api/v1/auth/sessions/{session_id}/", {
          params: { path: { session_id: id } },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessKeys.sessions }),
  });
}
