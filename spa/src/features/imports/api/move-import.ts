import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { mailingListKeys } from "../../../queries/mailing-lists";
import { importKeys } from "./keys";
import type { ImportDetail, ImportOptions } from "./types";

/** What changes an import answers with it; the pages show that at once. */
function useImportMutation<Variables>(
  id: number,
  mutationFn: (variables: Variables) => Promise<ImportDetail>,
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async (changed) => {
      queryClient.setQueryData(importKeys.detail(id), changed);
      await queryClient.invalidateQueries({ queryKey: importKeys.page({}).slice(0, 2) });
      await queryClient.invalidateQueries({ queryKey: mailingListKeys.every });
    },
  });
}

export function useUpdateImport(id: number) {
  return useImportMutation(id, (body: ImportOptions) =>
    unwrap(
      api.PATCH("/api/v1/imports/{import_id}/", { params: { path: { import_id: id } }, body }),
    ),
  );
}

/** Saves how the file shall be read, then starts: what is shown is what is done. */
export function useStartImport(id: number) {
  return useImportMutation(
    id,
    async ({ options, dryRun }: { options: ImportOptions; dryRun: boolean }) => {
      const params = { path: { import_id: id } };
      await unwrap(api.PATCH("/api/v1/imports/{import_id}/", { params, body: options }));
      return unwrap(
        api.POST("/api/v1/imports/{import_id}/start/", { params, body: { dry_run: dryRun } }),
      );
    },
  );
}

export function useCancelImport(id: number) {
  return useImportMutation(id, () =>
    unwrap(
      api.POST("/api/v1/imports/{import_id}/cancel/", { params: { path: { import_id: id } } }),
    ),
  );
}
