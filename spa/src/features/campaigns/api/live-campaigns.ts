import { useQueryClient, type QueryClient } from "@tanstack/react-query";

import { useEventStream } from "../../../lib/event-stream";
import { campaignKeys } from "./keys";
import type { Campaign, CampaignListItem, CampaignPage } from "./types";

const POLLING_WHILE_LOST_MS = 5_000;

/** A row comes without the bodies, which the detail keeps. */
function mergeDetail(queryClient: QueryClient, row: CampaignListItem): void {
  queryClient.setQueryData<Campaign>(
    campaignKeys.detail(row.id),
    (shown) => shown && { ...shown, ...row },
  );
}

/**
 * Whether a row that came makes a shown page wrong in another way than its numbers: a campaign
 * that the page doesn't have, or one whose status may not match the filter any more.
 */
function mergeLists(queryClient: QueryClient, rows: CampaignListItem[]): boolean {
  const news = new Map(rows.map((row) => [row.id, row]));
  const known = new Set<number>();
  let hasMoved = false;
  queryClient.setQueriesData<CampaignPage>({ queryKey: campaignKeys.lists }, (page) => {
    if (!page) return page;
    const results = page.results.map((shown) => {
      const row = news.get(shown.id);
      if (!row) return shown;
      known.add(row.id);
      hasMoved ||= row.status !== shown.status;
      return row;
    });
    return { ...page, results };
  });
  return hasMoved || rows.some(({ id, status }) => !known.has(id) && status !== "running");
}

/** Brings the numbers into whatever is shown, without asking the API for it again. */
export function useLiveCampaigns(): { connected: boolean; refetchInterval: number | false } {
  const queryClient = useQueryClient();

  function refetchLists() {
    void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
  }

  function merge(rows: CampaignListItem[]): boolean {
    for (const row of rows) mergeDetail(queryClient, row);
    return mergeLists(queryClient, rows);
  }

  const { connected } = useEventStream<CampaignListItem>({
    path: "/api/v1/events/",
    authenticated: true,
    onConnect: () => {
      refetchLists();
      void queryClient.invalidateQueries({ queryKey: campaignKeys.details });
    },
    onSnapshot: (rows) => {
      merge(rows);
    },
    onCampaigns: (rows, removed) => {
      if (merge(rows) || removed.length > 0) refetchLists();
    },
  });
  return { connected, refetchInterval: connected ? false : POLLING_WHILE_LOST_MS };
}
