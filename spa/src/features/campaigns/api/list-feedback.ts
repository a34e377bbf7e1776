import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { FeedbackListParams } from "./types";

const REFRESH_MS = 15_000;

export function feedbackListQuery(id: number, { page, kind }: FeedbackListParams) {
  const query = { page, ...(kind.length > 0 && { kind }) };
  return queryOptions({
    queryKey: campaignKeys.feedback(id, query),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/feedback/", {
          params: { path: { campaign_id: id }, query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** Bounces go on coming back for days after the campaign has ended. */
export function useFeedbackList(id: number, params: FeedbackListParams) {
  return useQuery({ ...feedbackListQuery(id, params), refetchInterval: REFRESH_MS });
}
