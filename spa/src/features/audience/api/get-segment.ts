import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { segmentKeys } from "../../../queries/segments";

export function segmentQuery(id: number) {
  return queryOptions({
    queryKey: segmentKeys.one(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/segments/{segment_id}/", { params: { path: { segment_id: id } }, signal }),
      ),
  });
}

/** `null` asks for nothing: a new segment is not there yet. */
export function useSegment(id: number | null) {
  return useQuery({ ...segmentQuery(id ?? 0), enabled: id !== null });
}
