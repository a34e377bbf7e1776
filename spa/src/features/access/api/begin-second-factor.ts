import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

export function useBeginSecondFactor() {
  return useMutation({
    mutationFn: (body: { present: string }) =>
      unwrap(api.POST("/api/v1/auth/second-factor/", { body })),
  });
}
