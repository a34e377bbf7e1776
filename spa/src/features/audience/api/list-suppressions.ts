import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { SuppressionListParams } from "./types";

export function suppressionPageQuery(params: SuppressionListParams) {
  return queryOptions({
    queryKey: audienceKeys.suppressionPage(params),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/suppressions/", {
          params: {
            query: {
              page: params.page,
              ...(params.search !== "" && { search: params.search }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useSuppressionPage(params: SuppressionListParams) {
  return useQuery(suppressionPageQuery(params));
}
