import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { mailingListKeys } from "../../../queries/mailing-lists";
import type { MailingListParams } from "./types";

export function mailingListPageQuery({ page, search, ordering }: MailingListParams) {
  const query = {
    page,
    ordering,
    ...(search !== "" && { search }),
  };
  return queryOptions({
    queryKey: mailingListKeys.page(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/lists/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useMailingListPage(params: MailingListParams) {
  return useQuery(mailingListPageQuery(params));
}
