import { useQuery } from "@tanstack/react-query";

import type { components } from "../api-schema";
import { api, unwrap } from "../lib/api-client";

export type Layout = components["schemas"]["Layout"];

export const layoutKeys = {
  all: ["layouts"] as const,
  detail: (id: number) => ["layouts", "detail", id] as const,
};

const PAGE_SIZE = 200;

/** By name; an installation has a handful. */
export function useAllLayouts() {
  return useQuery({
    queryKey: [...layoutKeys.all, "every"],
    queryFn: async ({ signal }) => {
      const query = { page_size: PAGE_SIZE };
      const page = await unwrap(api.GET("/api/v1/layouts/", { params: { query }, signal }));
      return page.results;
    },
  });
}
