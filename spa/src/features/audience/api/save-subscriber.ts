import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { mailingListKeys } from "../../../queries/mailing-lists";
import { audienceKeys } from "./keys";
import type { SubscriberWrite } from "./types";

/** Creates a subscriber, or changes the one whose id is given. */
export function useSaveSubscriber(id: number | null) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: SubscriberWrite) =>
      id === null
        ? unwrap(api.POST("/api/v1/subscribers/", { body }))
        : unwrap(
            api.PATCH("/api/v1/subscribers/{subscriber_id}/", {
              params: { path: { subscriber_id: id } },
              body,
            }),
          ),
    // The lists' subscriber counts may have changed too.
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: audienceKeys.subscribers }),
        queryClient.invalidateQueries({ queryKey: mailingListKeys.every }),
      ]),
  });
}
