import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

export function useConfirmSecondFactor() {
  return useMutation({
    mutationFn: (body: { code: string }) =>
      unwrap(api.POST("/api/v1/auth/second-factor/confirm/", { body })),
  });
}
