import { queryOptions, useQuery } from "@tanstack/react-query";

import { fetchAllMailingLists } from "../../../lib/all-mailing-lists";
import { audienceKeys } from "./keys";

export function allMailingListsQuery() {
  return queryOptions({
    queryKey: audienceKeys.allMailingLists,
    queryFn: ({ signal }) => fetchAllMailingLists(signal),
  });
}

export function useAllMailingLists() {
  return useQuery(allMailingListsQuery());
}
