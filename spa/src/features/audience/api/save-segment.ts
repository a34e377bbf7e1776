import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { segmentKeys } from "../../../queries/segments";
import type { SegmentWrite } from "./types";

/** Creates a segment, or changes the one whose id is given. */
export function useSaveSegment(id: number | null) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: SegmentWrite) =>
      id === null
        ? unwrap(api.POST("/api/v1/segments/", { body }))
        : unwrap(
            api.PATCH("/api/v1/segments/{segment_id}/", {
              params: { path: { segment_id: id } },
              body,
            }),
          ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: segmentKeys.every }),
  });
}
