import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { mailingListKeys } from "../../../queries/mailing-lists";
import type { MailingListWrite } from "./types";

/** Creates a list, or changes the one whose id is given. */
export function useSaveMailingList(id: number | null) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: MailingListWrite) =>
      id === null
        ? unwrap(api.POST("/api/v1/lists/", { body }))
        : unwrap(
            api.PATCH("/api/v1/lists/{list_id}/", { params: { path: { list_id: id } }, body }),
          ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: mailingListKeys.every }),
  });
}
