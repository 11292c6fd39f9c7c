import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tokensRevokeToken } from "@/client";
import { notify } from "@/lib/notify";
import { settingsTexts } from "@/texts/settings";
import { tokensKey } from "./list-tokens";

/** Ends an API token for good. */
export function useRevokeToken(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (tokenId: string) =>
      tokensRevokeToken({ path: { token_id: tokenId }, query: { station_id: stationId } }),
    meta: { showsItsErrors: true },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: tokensKey(stationId) });
      notify.success(settingsTexts.tokenRevoked);
    },
  });
}
