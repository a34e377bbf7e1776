import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

export function installationQuery() {
  return queryOptions({
    queryKey: campaignKeys.installation,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/installation/", { signal })),
  });
}

/** What whoever runs this installation has decided. */
export function useInstallation() {
  return useQuery(installationQuery());
}
