import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

interface Test {
  addresses: string[];
  /** Whose values it shows. */
  subscriber: number | null;
}

export function useTestCampaign(id: number) {
  return useMutation({
    mutationFn: (body: Test) =>
      unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/test/", {
          params: { path: { campaign_id: id } },
          body,
        }),
      ),
  });
}
