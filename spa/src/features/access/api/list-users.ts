import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { accessKeys } from "./keys";
import type { PageParams } from "./types";

function userPageQuery({ page, search }: PageParams) {
  const query = { page, ...(search !== "" && { search }) };
  return queryOptions({
    queryKey: accessKeys.userPage(query),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/users/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useUserPage(params: PageParams) {
  return useQuery(userPageQuery(params));
}
