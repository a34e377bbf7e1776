import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { MailingList } from "./types";

const PAGE_SIZE = 200;

/** A subscriber may be on any list, so choosing needs them all, however many pages that is. */
async function fetchAllMailingLists(signal: AbortSignal): Promise<MailingList[]> {
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
    queryKey: audienceKeys.allMailingLists,
    queryFn: ({ signal }) => fetchAllMailingLists(signal),
  });
}

export function useAllMailingLists() {
  return useQuery(allMailingListsQuery());
}
