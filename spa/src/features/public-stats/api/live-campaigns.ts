import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { useEventStream } from "../../../lib/event-stream";
import { PUBLIC_CAMPAIGNS, type PublicCampaign, type PublicPage } from "./public-campaigns";

// The list may be a second and a half old on its way (a tick of the server's, a second in nginx): asked
// at once, it could be older than the event that made us ask, and take a campaign's numbers back.
const REFETCH_AFTER = 1_700;

/** Puts what the stream says into every page that is shown; true when the pages must be asked anew. */
function applyToPages(queryClient: QueryClient, campaigns: PublicCampaign[]): boolean {
  const known = new Map(
    queryClient
      .getQueriesData<PublicPage>({ queryKey: PUBLIC_CAMPAIGNS })
      .flatMap(([, page]) => page?.results ?? [])
      .map((campaign) => [campaign.id, campaign.status]),
  );
  const news = new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  queryClient.setQueriesData<PublicPage>(
    { queryKey: PUBLIC_CAMPAIGNS },
    (page) =>
      page && {
        ...page,
        results: page.results.map((campaign) => news.get(campaign.id) ?? campaign),
      },
  );
  // Another status or a new campaign: who is on which page is the server's to say.
  return campaigns.some((campaign) => known.get(campaign.id) !== campaign.status);
}

export function useLiveCampaigns(): { connected: boolean } {
  const queryClient = useQueryClient();
  const refetch = useRef<{ timer?: ReturnType<typeof setTimeout>; again?: boolean }>({});
  useEffect(() => () => clearTimeout(refetch.current.timer), []);

  // Neither put off for as long as events keep coming, nor too early for the last of them.
  function refetchSoon() {
    if (refetch.current.timer !== undefined) {
      refetch.current.again = true;
      return;
    }
    refetch.current.timer = setTimeout(() => {
      const { again } = refetch.current;
      refetch.current = {};
      void queryClient.invalidateQueries({ queryKey: PUBLIC_CAMPAIGNS });
      if (again) refetchSoon();
    }, REFETCH_AFTER);
  }

  return useEventStream<PublicCampaign>({
    path: "/api/v1/public/events/",
    authenticated: false,
    onConnect: refetchSoon,
    onSnapshot: (campaigns) => {
      applyToPages(queryClient, campaigns);
    },
    onCampaigns: (campaigns, removed) => {
      if (applyToPages(queryClient, campaigns) || removed.length > 0) refetchSoon();
    },
  });
}
