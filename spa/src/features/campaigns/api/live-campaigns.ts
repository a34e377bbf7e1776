import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { useEventStream } from "../../../lib/event-stream";
import { campaignKeys } from "./keys";
import type { Campaign, CampaignListItem, CampaignPage, CampaignStatus } from "./types";

const POLLING_WHILE_LOST_MS = 5_000;

function mergeIntoPages(queryClient: QueryClient, rows: CampaignListItem[]): void {
  const news = new Map(rows.map((row) => [row.id, row]));
  queryClient.setQueriesData<CampaignPage>(
    { queryKey: campaignKeys.lists },
    (page) => page && { ...page, results: page.results.map((row) => news.get(row.id) ?? row) },
  );
}

/** A row comes without the bodies, which the detail keeps. */
function mergeIntoDetails(queryClient: QueryClient, rows: CampaignListItem[]): void {
  for (const row of rows) {
    queryClient.setQueryData<Campaign>(
      campaignKeys.detail(row.id),
      (shown) => shown && { ...shown, ...row },
    );
  }
}

/** Brings the numbers into whatever is shown, without asking the API for it again. */
export function useLiveCampaigns(): { connected: boolean; refetchInterval: number | false } {
  const queryClient = useQueryClient();
  const statuses = useRef(new Map<number, CampaignStatus>());

  function refetchLists() {
    void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
  }

  /** Whether some campaign is new here or has moved, so that a page may hold other rows now. */
  function merge(rows: CampaignListItem[]): boolean {
    const hasMoved = rows.some((row) => statuses.current.get(row.id) !== row.status);
    for (const row of rows) statuses.current.set(row.id, row.status);
    mergeIntoPages(queryClient, rows);
    mergeIntoDetails(queryClient, rows);
    return hasMoved;
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
