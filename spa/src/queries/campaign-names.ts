import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../lib/api-client";

/** The newest campaigns, as many as one page holds: whoever asks about older ones knows their id. */
export function campaignNamesQuery() {
  return queryOptions({
    queryKey: ["campaign-names"] as const,
    queryFn: async ({ signal }) => {
      const query = { page_size: 200, ordering: "-created_at" };
      const page = await unwrap(api.GET("/api/v1/campaigns/", { params: { query }, signal }));
      return page.results.map(({ id, name }) => ({ id, name }));
    },
  });
}

export function useCampaignNames(isNeeded: boolean) {
  return useQuery({ ...campaignNamesQuery(), enabled: isNeeded });
}
