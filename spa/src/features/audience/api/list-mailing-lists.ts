import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { MailingListParams } from "./types";

export function mailingListPageQuery(params: MailingListParams) {
  return queryOptions({
    queryKey: audienceKeys.mailingListPage(params),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/lists/", {
          params: {
            query: {
              page: params.page,
              ordering: params.ordering,
              ...(params.search !== "" && { search: params.search }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useMailingListPage(params: MailingListParams) {
  return useQuery(mailingListPageQuery(params));
}
