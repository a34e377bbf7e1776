import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { ContentPreview } from "./types";

/** How a content that is not saved would look; keeps showing the last one while the next is built. */
export function useContentPreview(body: ContentPreview) {
  return useQuery({
    queryKey: [...campaignKeys.contentPreview, body],
    queryFn: ({ signal }) => unwrap(api.POST("/api/v1/content/preview/", { body, signal })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}
