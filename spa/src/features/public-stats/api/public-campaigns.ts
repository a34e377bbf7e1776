import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import type { components } from "../../../api-schema";
import { api, unwrap } from "../../../lib/api-client";

export type PublicCampaign = components["schemas"]["PublicCampaign"];
export type PublicPage = components["schemas"]["PaginatedPublicCampaignList"];
export type PublicTotals = components["schemas"]["PublicTotals"];

export interface PublicFilter {
  page?: number;
  page_size?: number;
  search?: string;
  status?: PublicCampaign["status"][];
}

export const PUBLIC_CAMPAIGNS = ["public-campaigns"] as const;
export const PUBLIC_CAMPAIGN = ["public-campaign"] as const;
export const PUBLIC_TOTALS = ["public-totals"] as const;

// "no-cache" makes the browser ask each time with the ETag that it kept: polling is mostly 304s.
const REVALIDATED = { cache: "no-cache" } as const;
// Polling is what is left when the connection is bad, so the browser's word isn't asked.
const POLLED = { networkMode: "always" } as const;

export function publicCampaignsOptions(filter: PublicFilter) {
  return queryOptions({
    queryKey: [...PUBLIC_CAMPAIGNS, filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/public/campaigns/", { params: { query: filter }, ...REVALIDATED, signal }),
      ),
  });
}

export function usePublicCampaigns(filter: PublicFilter, pollEvery: number | false) {
  return useQuery({
    ...publicCampaignsOptions(filter),
    ...POLLED,
    placeholderData: keepPreviousData,
    refetchInterval: pollEvery,
  });
}

export function usePublicCampaign(id: number, pollEvery: number | false) {
  return useQuery({
    queryKey: [...PUBLIC_CAMPAIGN, id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/public/campaigns/{campaign_id}/", {
          params: { path: { campaign_id: id } },
          ...REVALIDATED,
          signal,
        }),
      ),
    ...POLLED,
    refetchInterval: pollEvery,
  });
}

export function usePublicTotals(pollEvery: number | false) {
  return useQuery({
    queryKey: PUBLIC_TOTALS,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/public/totals/", { ...REVALIDATED, signal })),
    ...POLLED,
    // The stream moves them; asked for now and then, they can't drift away.
    refetchInterval: pollEvery || 60_000,
  });
}

const TIMELINE_WHILE_RUNNING_MS = 5_000;

export function usePublicTimeline(id: number, running: boolean) {
  return useQuery({
    queryKey: ["public-timeline", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/public/campaigns/{campaign_id}/timeline/", {
          params: { path: { campaign_id: id } },
          ...REVALIDATED,
          signal,
        }),
      ),
    ...POLLED,
    refetchInterval: running ? TIMELINE_WHILE_RUNNING_MS : false,
  });
}
