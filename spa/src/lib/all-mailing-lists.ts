import type { components } from "../api-schema";
import { api, unwrap } from "./api-client";

const PAGE_SIZE = 200;

/** Whoever chooses among the mailing lists needs them all, however many pages that is. */
export async function fetchAllMailingLists(
  signal: AbortSignal,
): Promise<components["schemas"]["MailingList"][]> {
  const all: components["schemas"]["MailingList"][] = [];
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
