import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";
import type { PageParams } from "./types";

function apiKeyPageQuery({ page, search }: PageParams) {
  const query = { page, ...(search !== "" && { search }) };
  return queryOptions({
    queryKey: accessKeys.apiKeyPage(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/api-keys/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useApiKeyPage(params: PageParams) {
  return useQuery(apiKeyPageQuery(params));
}
