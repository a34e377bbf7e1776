import { queryOptions, useQuery } from "@tanstack/react-query";

import type { components } from "../api-schema";
import { api, unwrap } from "../lib/api-client";

type Segment = components["schemas"]["Segment"];

/** Whoever changes a segment makes all of these stale at once. */
export const segmentKeys = {
  every: ["segments"] as const,
  all: ["segments", "all"] as const,
  page: (query: object) => ["segments", "page", query] as const,
  one: (id: number) => ["segments", "one", id] as const,
};

async function fetchAll(signal: AbortSignal): Promise<Segment[]> {
  const all: Segment[] = [];
  for (let page = 1; ; page += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each page says whether there is another
    const { results, next } = await unwrap(
      api.GET("/api/v1/segments/", {
        params: { query: { page, page_size: 200, ordering: "name" } },
        signal,
      }),
    );
    all.push(...results);
    if (!next) return all;
  }
}

/** Whoever chooses among the segments needs them all, however many pages that is. */
export function useAllSegments() {
  return useQuery(
    queryOptions({ queryKey: segmentKeys.all, queryFn: ({ signal }) => fetchAll(signal) }),
  );
}
