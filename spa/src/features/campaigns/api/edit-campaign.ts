import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";
import type { Campaign, CampaignWrite } from "./types";

/** A campaign with the mark of that very state, which a change of it names. */
export interface Edition {
  campaign: Campaign;
  etag: string | null;
}

async function edition(request: Promise<{ data?: Campaign; error?: unknown; response: Response }>) {
  const campaign = await unwrap(request);
  const { response } = await request;
  return { campaign, etag: response.headers.get("ETag") };
}

export function fetchEdition(id: number, signal?: AbortSignal): Promise<Edition> {
  return edition(
    api.GET("/api/v1/campaigns/{campaign_id}/", {
      params: { path: { campaign_id: id } },
      ...(signal && { signal }),
    }),
  );
}

/** For the editor, which takes its values once: what a cache holds may be somebody's older text. */
export function useEdition(id: number) {
  return useQuery({
    queryKey: campaignKeys.edition(id),
    queryFn: ({ signal }) => fetchEdition(id, signal),
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    gcTime: 0,
  });
}

interface Change {
  changes: Partial<CampaignWrite>;
  /** Of the state that was changed; when the campaign has another by now, 412 `changed`. */
  etag: string | null;
}

export function useSaveCampaign(id: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ changes, etag }: Change) =>
      edition(
        api.PATCH("/api/v1/campaigns/{campaign_id}/", {
          params: {
            path: { campaign_id: id },
            ...(etag !== null && { header: { "If-Match": etag } }),
          },
          body: changes,
        }),
      ),
    onSuccess: ({ campaign }) => {
      queryClient.setQueryData(campaignKeys.detail(id), campaign);
      void queryClient.invalidateQueries({ queryKey: campaignKeys.lists });
    },
  });
}
