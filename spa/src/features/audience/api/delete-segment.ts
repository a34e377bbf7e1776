import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { segmentKeys } from "../../../queries/segments";
import { audienceKeys } from "./keys";

export function useDeleteSegment() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/segments/{segment_id}/", { params: { path: { segment_id: id } } })),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: segmentKeys.every }),
        queryClient.invalidateQueries({ queryKey: audienceKeys.subscribers }),
      ]),
  });
}
