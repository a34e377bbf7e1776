import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

export function usePreviewCampaign(id: number) {
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/campaigns/{campaign_id}/preview/", {
          params: { path: { campaign_id: id } },
          body: {},
        }),
      ),
  });
}
