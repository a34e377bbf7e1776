import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

export function useUploadMedia() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => {
      const body = new FormData();
      body.append("file", file);
      return unwrap(
        api.POST("/api/v1/media/", {
          // The schema's type of a file is a string; the browser writes the form.
          body: body as unknown as { file: string },
          bodySerializer: () => body,
        }),
      );
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: campaignKeys.media }),
  });
}
