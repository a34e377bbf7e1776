import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

const SHOWN = 20;

/** Some subscribers who match, of one of the lists if there is one. */
export function useSubscriberChoice({ search, list }: { search: string; list: number | undefined }) {
  const query = {
    page_size: SHOWN,
    ...(search !== "" && { search }),
    ...(list !== undefined && { list }),
  };
  return useQuery({
    queryKey: [...campaignKeys.subscriberChoice, query],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/subscribers/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
