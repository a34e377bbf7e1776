import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { segmentKeys } from "../../../queries/segments";
import type { MailingListParams } from "./types";

export function segmentPageQuery({ page, search, ordering }: MailingListParams) {
  const query = { page, ordering, ...(search !== "" && { search }) };
  return queryOptions({
    queryKey: segmentKeys.page(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/segments/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useSegmentPage(params: MailingListParams) {
  return useQuery(segmentPageQuery(params));
}
