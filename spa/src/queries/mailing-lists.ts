import { queryOptions, useQuery } from "@tanstack/react-query";

import type { components } from "../api-schema";
import { api, unwrap } from "../lib/api-client";

type MailingList = components["schemas"]["MailingList"];

const PAGE_SIZE = 200;

/** Whoever changes a list, or who is on it, makes all of these stale at once. */
export const mailingListKeys = {
  every: ["mailing-lists"] as const,
  all: ["mailing-lists", "all"] as const,
  page: (query: object) => ["mailing-lists", "page", query] as const,
};

async function fetchAll(signal: AbortSignal): Promise<MailingList[]> {
  const all: MailingList[] = [];
  for (let page = 1; ; page += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each page says whether there is another
    const { results, next } = await unwrap(
      api.GET("/api/v1/lists/", {
        params: { query: { page, page_size: PAGE_SIZE, ordering: "name" } },
        signal,
      }),
    );
    all.push(...results);
    if (!next) return all;
  }
}

export function allMailingListsQuery() {
  return queryOptions({
    queryKey: mailingListKeys.all,
    queryFn: ({ signal }) => fetchAll(signal),
  });
}

/** Whoever chooses among the mailing lists needs them all, however many pages that is. */
export function useAllMailingLists() {
  return useQuery(allMailingListsQuery());
}
