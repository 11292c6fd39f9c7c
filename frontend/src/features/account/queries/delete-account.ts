import { useMutation } from "@tanstack/react-query";
import { usersDeleteOwnAccount } from "@/client";

/** Deletes the own account. */
export const useDeleteAccount = () =>
  useMutation({ mutationFn: () => usersDeleteOwnAccount(), meta: { showsItsErrors: true } });
