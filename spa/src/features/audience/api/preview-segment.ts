import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import type { SegmentWrite } from "./types";

/** Whom a filter selects now; asks for nothing while it is not complete. */
export function useSegmentPreview(filter: SegmentWrite["filter"] | null) {
  return useQuery({
    queryKey: ["segment-preview", filter] as const,
    queryFn: ({ signal }) =>
      unwrap(api.POST("/api/v1/segments/preview/", { body: { filter: filter ?? {} }, signal })),
    enabled: filter !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
