import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type InvitationCreate, invitationsCreateInvitation } from "@/client";
import { invitationsKey } from "./list-invitations";

export function useCreateInvitation(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: InvitationCreate) => invitationsCreateInvitation({ path: { station_id: stationId }, body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invitationsKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
