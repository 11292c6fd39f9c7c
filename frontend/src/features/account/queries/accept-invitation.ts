import { useMutation, useQueryClient } from "@tanstack/react-query";
import { invitationsAcceptInvitation } from "@/client";
import { rememberStation, stationsQuery } from "@/lib/station";

/** Joins the station with the account that is logged in. */
export function useAcceptInvitation() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => invitationsAcceptInvitation({ body: { token } }),
    meta: { showsItsErrors: true },
    onSuccess: ({ id }) => {
      rememberStation(id);
      void queryClient.invalidateQueries({ queryKey: stationsQuery().queryKey });
    },
  });
}
