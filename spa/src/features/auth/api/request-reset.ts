import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

export function useRequestReset() {
  return useMutation({
    mutationFn: (name: string) =>
      unwrap(api.POST("/api/v1/auth/password/forgotten/", { body: { name } })),
  });
}
