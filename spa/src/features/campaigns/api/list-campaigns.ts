import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { CampaignListParams } from "./types";

export function campaignListQuery(params: CampaignListParams) {
  return queryOptions({
    queryKey: campaignKeys.list(params),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/", {
          params: {
            query: {
              page: params.page,
              ordering: params.ordering,
              ...(params.search !== "" && { search: params.search }),
              ...(params.status.length > 0 && { status: params.status }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useCampaignList(params: CampaignListParams, refetchInterval: number | false) {
  return useQuery({ ...campaignListQuery(params), refetchInterval });
}
