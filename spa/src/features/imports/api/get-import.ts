import { useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { importKeys } from "./keys";

/** Read anew every second while a worker is at it. */
export function useImport(id: number) {
  return useQuery({
    queryKey: importKeys.detail(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/imports/{import_id}/", { params: { path: { import_id: id } }, signal }),
      ),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? 1000 : false),
  });
}
