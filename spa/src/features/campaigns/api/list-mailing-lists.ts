import { queryOptions, useQuery } from "@tanstack/react-query";

import { fetchAllMailingLists } from "../../../lib/all-mailing-lists";
import { campaignKeys } from "./keys";

export function mailingListsQuery() {
  return queryOptions({
    queryKey: campaignKeys.mailingLists,
    queryFn: ({ signal }) => fetchAllMailingLists(signal),
  });
}

export function useMailingLists() {
  return useQuery(mailingListsQuery());
}
