import { useMutation, useQueryClient } from "@tanstack/react-query";
import { invitationsSendInvitationAgain } from "@/client";
import { invitationsKey } from "./list-invitations";

/** Sends an invitation once more, under a new link. */
export function useSendInvitation(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (invitationId: string) =>
      invitationsSendInvitationAgain({ path: { station_id: stationId, invitation_id: invitationId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invitationsKey(stationId) }),
  });
}
