import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";
import type { ApiKeyWrite } from "./types";

export function useCreateApiKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiKeyWrite) => unwrap(api.POST("/api/v1/api-keys/", { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessKeys.apiKeys }),
  });
}
