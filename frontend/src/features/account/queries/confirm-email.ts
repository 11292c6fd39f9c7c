import { useMutation } from "@tanstack/react-query";
import { loginConfirmEmail } from "@/client";
import { useRecheckSession } from "@/lib/session";

/** Confirms a new address, which ends every session of the account, perhaps this browser's too. */
export function useConfirmEmail() {
  const recheckSession = useRecheckSession();
  return useMutation({
    mutationFn: (token: string) => loginConfirmEmail({ body: { token } }),
    meta: { showsItsErrors: true },
    onSuccess: recheckSession,
  });
}
