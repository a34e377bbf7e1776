import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { SuppressionListParams } from "./types";

export function suppressionPageQuery({ page, search }: SuppressionListParams) {
  const query = {
    page,
    ...(search !== "" && { search }),
  };
  return queryOptions({
    queryKey: audienceKeys.suppressionPage(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/suppressions/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useSuppressionPage(params: SuppressionListParams) {
  return useQuery(suppressionPageQuery(params));
}
