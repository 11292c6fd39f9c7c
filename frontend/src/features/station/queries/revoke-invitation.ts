import { useMutation, useQueryClient } from "@tanstack/react-query";
import { invitationsDeleteInvitation } from "@/client";
import { invitationsKey } from "./list-invitations";

export function useRevokeInvitation(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (invitationId: string) =>
      invitationsDeleteInvitation({ path: { station_id: stationId, invitation_id: invitationId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invitationsKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
