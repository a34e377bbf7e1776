import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "../../../lib/api-client";

function unsubscribeOptions(token: string) {
  return queryOptions({
    queryKey: ["unsubscribe", token],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/public/unsubscribe/{token}/", { params: { path: { token } }, signal }),
      ),
  });
}

export function useUnsubscribeLink(token: string) {
  return useQuery(unsubscribeOptions(token));
}

export function useUnsubscribe(token: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/v1/public/unsubscribe/{token}/", { params: { path: { token } } })),
    onSuccess: (answer) =>
      queryClient.setQueryData(unsubscribeOptions(token).queryKey, answer),
  });
}
