import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { DeliveryListParams } from "./types";

const WHILE_RUNNING_MS = 5000;

export function deliveryListQuery(id: number, { page, search, status }: DeliveryListParams) {
  const query = {
    page,
    ...(search !== "" && { search }),
    ...(status.length > 0 && { status }),
  };
  return queryOptions({
    queryKey: campaignKeys.deliveries(id, query),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/deliveries/", {
          params: { path: { campaign_id: id }, query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useDeliveryList(id: number, params: DeliveryListParams, running: boolean) {
  return useQuery({
    ...deliveryListQuery(id, params),
    refetchInterval: running ? WHILE_RUNNING_MS : false,
  });
}
