import { useMutation } from "@tanstack/react-query";
import { type UserUpdateMe, usersUpdateOwnAccount } from "@/client";
import { useKeepUser } from "@/lib/session";

/** Changes the own name or address. Where the server sends mail, a new address waits to be confirmed. */
export function useUpdateProfile() {
  const keepUser = useKeepUser();
  return useMutation({
    mutationFn: (body: UserUpdateMe) => usersUpdateOwnAccount({ body }),
    meta: { showsItsErrors: true },
    onSuccess: keepUser,
  });
}
