import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";
import type { Invite } from "./types";

export function useInviteUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Invite) => unwrap(api.POST("/api/v1/users/", { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessKeys.users }),
  });
}
