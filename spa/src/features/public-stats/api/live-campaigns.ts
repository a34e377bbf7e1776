import type { QueryClient } from "@tanstack/react-query";

import type { LiveTopic } from "../../../lib/live";
import { PUBLIC_CAMPAIGNS, type PublicCampaign, type PublicPage } from "./public-campaigns";

// The list may be a second and a half old on its way (a tick of the server's, a second in nginx): asked
// at once, it could be older than the event that made us ask, and take a campaign's numbers back.
const REFETCH_AFTER = 1_700;

/** Puts what the stream says into every page that is shown; true when the pages must be asked anew. */
function applyToPages(queryClient: QueryClient, campaigns: readonly PublicCampaign[]): boolean {
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

/** Neither put off for as long as events keep coming, nor too early for the last of them. */
function refetchingLater(queryClient: QueryClient): () => void {
  let isDue = false;
  let isAskedAgain = false;
  function refetchLater() {
    if (isDue) {
      isAskedAgain = true;
      return;
    }
    isDue = true;
    setTimeout(() => {
      void queryClient.invalidateQueries({ queryKey: PUBLIC_CAMPAIGNS });
      const again = isAskedAgain;
      isDue = isAskedAgain = false;
      if (again) refetchLater();
    }, REFETCH_AFTER);
  }
  return refetchLater;
}

export const publicCampaignsTopic: LiveTopic<PublicCampaign> = {
  name: "campaigns",
  handle(queryClient) {
    const refetchLater = refetchingLater(queryClient);
    return {
      onConnect: refetchLater,
      onSnapshot(rows) {
        applyToPages(queryClient, rows);
      },
      onRows(rows, removed) {
        if (applyToPages(queryClient, rows) || removed.length > 0) refetchLater();
      },
    };
  },
};
