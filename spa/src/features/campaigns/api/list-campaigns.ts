import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { useLive } from "../../../lib/live";
import { campaignKeys } from "./keys";
import type { CampaignListParams } from "./types";

export function campaignListQuery({ page, search, status, ordering }: CampaignListParams) {
  const query = {
    page,
    ordering,
    ...(search !== "" && { search }),
    ...(status.length > 0 && { status }),
  };
  return queryOptions({
    queryKey: campaignKeys.list(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/campaigns/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Asks by itself only while the live connection is lost. */
export function useCampaignList(params: CampaignListParams) {
  const { refetchInterval } = useLive();
  return useQuery({ ...campaignListQuery(params), refetchInterval });
}
