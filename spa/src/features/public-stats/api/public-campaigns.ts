import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import type { components } from "../../../api-schema";
import { api, unwrap } from "../../../lib/api-client";

export type PublicCampaign = components["schemas"]["PublicCampaign"];
export type PublicPage = components["schemas"]["PaginatedPublicCampaignList"];

export interface PublicFilter {
  page?: number;
  page_size?: number;
  search?: string;
  status?: PublicCampaign["status"][];
}

export const PUBLIC_CAMPAIGNS = ["public-campaigns"] as const;

// "no-cache" makes the browser ask each time with the ETag that it kept: polling is mostly 304s.
export function publicCampaignsOptions(filter: PublicFilter) {
  return queryOptions({
    queryKey: [...PUBLIC_CAMPAIGNS, filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/public/campaigns/", {
          params: { query: filter },
          cache: "no-cache",
          signal,
        }),
      ),
  });
}

export function usePublicCampaigns(filter: PublicFilter, pollEvery: number | false) {
  return useQuery({
    ...publicCampaignsOptions(filter),
    placeholderData: keepPreviousData,
    refetchInterval: pollEvery,
    // Polling is what is left when the connection is bad, so the browser's word isn't asked.
    networkMode: "always",
  });
}
