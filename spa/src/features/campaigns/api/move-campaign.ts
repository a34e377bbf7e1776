import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ApiProblem, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { Campaign, RetriableStatus } from "./types";

export type MoveRequest =
  | { move: "stop" | "cancel" | "unschedule" }
  | { move: "start"; delaySeconds: number }
  | { move: "schedule"; scheduledAt: string }
  | { move: "retry"; statuses: RetriableStatus[] };

function requestMove(id: number, request: MoveRequest): Promise<Campaign> {
  const params = { path: { campaign_id: id } };
  switch (request.move) {
    case "start":
      return unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/start/", {
          params,
          body: { confirm_warnings: true, delay_seconds: request.delaySeconds },
        }),
      );
    case "stop":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/stop/", { params }));
    case "cancel":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/cancel/", { params }));
    case "unschedule":
      return unwrap(api.POST("/api/v1/campaigns/{campaign_id}/unschedule/", { params }));
    case "schedule":
      return unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/schedule/", {
          params,
          body: { scheduled_at: request.scheduledAt },
        }),
      );
    case "retry":
      return unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/retry/", {
          params,
          body: { statuses: request.statuses },
        }),
      );
  }
}

export function useMoveCampaign(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (request: MoveRequest) => requestMove(id, request),
    onSuccess: (campaign) => {
      queryClient.setQueryData(campaignKeys.detail(id), campaign);
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
      void queryClient.invalidateQueries({ queryKey: campaignKeys.ledger(id) });
    },
    onError: (error) => {
      // Somebody else, or the engine, moved it first: what the page shows is stale.
      if (error instanceof ApiProblem && error.status === 409) {
        void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
        void queryClient.invalidateQueries({ queryKey: campaignKeys.detail(id) });
      }
    },
  });
}
