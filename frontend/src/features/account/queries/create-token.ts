import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiTokenCreate, tokensCreateToken } from "@/client";
import { tokensKey } from "./list-tokens";

/** Makes an API token, which is answered this once. */
export function useCreateToken(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiTokenCreate) => tokensCreateToken({ query: { station_id: stationId }, body }),
    meta: { showsItsErrors: true },
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: tokensKey(stationId) }),
  });
}
