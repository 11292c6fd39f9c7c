import { useMutation } from "@tanstack/react-query";
import { loginResetPassword, type NewPassword } from "@/client";
import { useRecheckSession } from "@/lib/session";

/** Chooses a new password by the token of a link, which ends every session of the account, perhaps this browser's too. */
export function useResetPassword() {
  const recheckSession = useRecheckSession();
  return useMutation({
    mutationFn: (body: NewPassword) => loginResetPassword({ body }),
    meta: { showsItsErrors: true },
    onSuccess: recheckSession,
  });
}
