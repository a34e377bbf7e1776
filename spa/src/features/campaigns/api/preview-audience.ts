import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import type { AudienceFields } from "./types";

/** How many an audience would reach now. */
export function useAudiencePreview(fields: AudienceFields) {
  return useQuery({
    queryKey: ["audience-preview", fields] as const,
    queryFn: ({ signal }) =>
      unwrap(api.POST("/api/v1/audience/preview/", { body: fields, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
