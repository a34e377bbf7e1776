import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

/** Answers with the link where no mail server is set up to send it. */
export function useInviteUserAgain() {
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.POST("/api/v1/users/{user_id}/invitation/", { params: { path: { user_id: id } } }),
      ),
  });
}
