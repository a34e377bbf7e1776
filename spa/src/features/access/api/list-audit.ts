import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";
import type { PageParams } from "./types";

function auditPageQuery({ page, search }: PageParams) {
  const query = { page, ...(search !== "" && { search }) };
  return queryOptions({
    queryKey: accessKeys.auditPage(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/audit/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useAuditPage(params: PageParams) {
  return useQuery(auditPageQuery(params));
}
