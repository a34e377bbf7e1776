import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";
import type { UserChange } from "./types";

export function useUpdateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, changes }: { id: number; changes: UserChange }) =>
      unwrap(
        api.PATCH("/api/v1/users/{user_id}/", {
          params: { path: { user_id: id } },
          body: changes,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessKeys.users }),
  });
}
