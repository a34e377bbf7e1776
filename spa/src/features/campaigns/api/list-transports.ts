import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

export function transportsQuery() {
  return queryOptions({
    queryKey: campaignKeys.transports,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/transports/", { signal })),
  });
}

export function useTransports() {
  return useQuery(transportsQuery());
}
