import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";
import { campaignKeys } from "./keys";

const PAGE_SIZE = 60;

/** The newest that match; the rest is found by the search. */
export function useMedia({ search, isImage }: { search: string; isImage: boolean }) {
  const query = {
    page_size: PAGE_SIZE,
    ...(isImage && { is_image: true }),
    ...(search !== "" && { search }),
  };
  return useQuery({
    queryKey: [...campaignKeys.media, query],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/media/", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
