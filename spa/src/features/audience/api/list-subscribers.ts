import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { audienceKeys } from "./keys";
import type { SubscriberListParams } from "./types";

export function subscriberPageQuery({ page, search, ordering, list, segment }: SubscriberListParams) {
  const query = {
    page,
    ordering,
    ...(search !== "" && { search }),
    ...(list !== null && { list }),
    ...(segment !== null && { segment }),
  };
  return queryOptions({
    queryKey: audienceKeys.subscriberPage(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/subscribers/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useSubscriberPage(params: SubscriberListParams) {
  return useQuery(subscriberPageQuery(params));
}
