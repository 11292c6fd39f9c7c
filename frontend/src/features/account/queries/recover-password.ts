import { useMutation } from "@tanstack/react-query";
import { loginRecoverPassword } from "@/client";

/** Asks for a mail with a link to choose a new password. */
export const useRecoverPassword = () =>
  useMutation({
    mutationFn: (email: string) => loginRecoverPassword({ path: { email } }),
    meta: { showsItsErrors: true },
  });
