import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

export function useChoosePassword() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) =>
      unwrap(api.POST("/api/v1/auth/password/choose/", { body })),
  });
}
