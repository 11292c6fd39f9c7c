import { useMutation } from "@tanstack/react-query";
import { type InvitationAnswer, invitationsRegisterByInvitation, loginCreateSession } from "@/client";
import { useKeepSession } from "@/lib/session";

/** Makes an account for the invited address, joins the station with it, and logs this browser in. */
export function useRegisterByInvitation() {
  const keepSession = useKeepSession();
  return useMutation({
    mutationFn: (body: InvitationAnswer) => invitationsRegisterByInvitation({ body }),
    meta: { showsItsErrors: true },
    onSuccess: async ({ email }, { password }) => {
      try {
        keepSession(await loginCreateSession({ body: { username: email, password } }));
      } catch {
        // The account is there; whether this browser is logged in to it as well does not matter to it.
      }
    },
  });
}
