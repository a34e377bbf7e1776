import type { QueryClient } from "@tanstack/react-query";

import type { LiveTopic } from "../../../lib/live";
import { campaignKeys } from "./keys";
import type { Campaign, CampaignListItem, CampaignPage, CampaignStatus } from "./types";

function mergeIntoPages(queryClient: QueryClient, rows: readonly CampaignListItem[]): void {
  const news = new Map(rows.map((row) => [row.id, row]));
  queryClient.setQueriesData<CampaignPage>(
    { queryKey: campaignKeys.lists },
    (page) => page && { ...page, results: page.results.map((row) => news.get(row.id) ?? row) },
  );
}

/** A row comes without the bodies, which the detail keeps. */
function mergeIntoDetails(queryClient: QueryClient, rows: readonly CampaignListItem[]): void {
  for (const row of rows) {
    queryClient.setQueryData<Campaign>(
      campaignKeys.detail(row.id),
      (shown) => shown && { ...shown, ...row },
    );
  }
}

/** Brings the numbers into whatever is shown, without asking the API for it again. */
export const campaignsTopic: LiveTopic<CampaignListItem> = {
  name: "campaigns",
  handle(queryClient) {
    const statuses = new Map<number, CampaignStatus>();

    function refetchLists() {
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
    }

    /** Whether some campaign is new here or has moved, so that a page may hold other rows now. */
    function merge(rows: readonly CampaignListItem[]): boolean {
      const hasMoved = rows.some((row) => statuses.get(row.id) !== row.status);
      for (const row of rows) statuses.set(row.id, row.status);
      mergeIntoPages(queryClient, rows);
      mergeIntoDetails(queryClient, rows);
      return hasMoved;
    }

    return {
      onConnect() {
        refetchLists();
        void queryClient.invalidateQueries({ queryKey: campaignKeys.details });
      },
      onSnapshot(rows) {
        merge(rows);
      },
      onRows(rows, removed) {
        if (merge(rows) || removed.length > 0) refetchLists();
      },
    };
  },
};
