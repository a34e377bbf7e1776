import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

// It counts every row of the ledger, so it is asked for less often than the rest.
const WHILE_RUNNING_MS = 15_000;

export function reconciliationQuery(id: number) {
  return queryOptions({
    queryKey: campaignKeys.reconciliation(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/campaigns/{campaign_id}/reconciliation/", {
          params: { path: { campaign_id: id } },
          signal,
        }),
      ),
  });
}

export function useReconciliation(id: number, running: boolean) {
  return useQuery({
    ...reconciliationQuery(id),
    refetchInterval: running ? WHILE_RUNNING_MS : false,
  });
}
