import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import type { ListParams } from "../../../lib/list-params";
import { importKeys } from "./keys";

export function useImportPage({ page, search }: Pick<ListParams, "page" | "search">) {
  const query = { page, ...(search !== "" && { search }) };
  return useQuery({
    queryKey: importKeys.page(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/imports/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ status }) => status === "running") ? 1000 : false,
  });
}
