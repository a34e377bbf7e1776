import type { QueryClient } from "@tanstack/react-query";

import type { LiveTopic } from "../../../lib/live";
import {
  PUBLIC_CAMPAIGN,
  PUBLIC_CAMPAIGNS,
  PUBLIC_TOTALS,
  type PublicCampaign,
  type PublicPage,
  type PublicTotals,
} from "./public-campaigns";

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
  for (const campaign of campaigns) {
    queryClient.setQueryData<PublicCampaign>(
      [...PUBLIC_CAMPAIGN, campaign.id],
      (shown) => shown && campaign,
    );
  }
  // Another status or a new campaign: who is on which page is the server's to say.
  return campaigns.some((campaign) => known.get(campaign.id) !== campaign.status);
}

/**
 * What the stream said last of each campaign: all that run, since its snapshot holds them. So the
 * totals move with every event, and the server need not be asked for them.
 */
function totalsFrom(queryClient: QueryClient) {
  const rows = new Map<number, PublicCampaign>();
  return (changed: readonly PublicCampaign[], removed: readonly number[]) => {
    let sent = 0;
    for (const row of changed) {
      sent += row.sent - (rows.get(row.id) ?? row).sent;
      rows.set(row.id, row);
    }
    for (const id of removed) rows.delete(id);
    const running = [...rows.values()].filter(({ status }) => status === "running");
    const rate = running.reduce((sum, row) => sum + row.rate, 0);
    queryClient.setQueryData<PublicTotals>(
      PUBLIC_TOTALS,
      (totals) =>
        totals && {
          ...totals,
          sent: totals.sent + sent,
          running: running.length,
          rate: Math.round(rate * 10) / 10,
        },
    );
  };
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
      for (const queryKey of [PUBLIC_CAMPAIGNS, PUBLIC_CAMPAIGN, PUBLIC_TOTALS]) {
        void queryClient.invalidateQueries({ queryKey });
      }
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
    let applyToTotals = totalsFrom(queryClient);
    return {
      onConnect() {
        applyToTotals = totalsFrom(queryClient);
        refetchLater();
      },
      onSnapshot(rows) {
        applyToPages(queryClient, rows);
        applyToTotals(rows, []);
      },
      onRows(rows, removed) {
        applyToTotals(rows, removed);
        if (applyToPages(queryClient, rows) || removed.length > 0) refetchLater();
      },
    };
  },
};
