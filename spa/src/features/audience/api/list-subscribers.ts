import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { SubscriberListParams } from "./types";

export function subscriberPageQuery(params: SubscriberListParams) {
  return queryOptions({
    queryKey: audienceKeys.subscriberPage(params),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/subscribers/", {
          params: {
            query: {
              page: params.page,
              ordering: params.ordering,
              ...(params.search !== "" && { search: params.search }),
              ...(params.list !== null && { list: params.list }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useSubscriberPage(params: SubscriberListParams) {
  return useQuery(subscriberPageQuery(params));
}
