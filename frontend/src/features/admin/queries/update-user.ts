import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type UserUpdate, usersUpdateUser } from "@/client";
import { useKeepUser, useUser } from "@/lib/session";
import { usersKey } from "./keys";

/** Changes an account; one's own is shown as it is now by the frame too. */
export function useUpdateUser() {
  const queryClient = useQueryClient();
  const own = useUser();
  const keepUser = useKeepUser();
  return useMutation({
    mutationFn: ({ userId, changes }: { userId: string; changes: UserUpdate }) =>
      usersUpdateUser({ path: { user_id: userId }, body: changes }),
    onSuccess: async (updated) => {
      if (updated.id === own.id) {
        keepUser(updated);
        // Who is no admin any more would only be refused.
        if (!updated.is_superuser) return;
      }
      await queryClient.invalidateQueries({ queryKey: usersKey });
    },
    meta: { showsItsErrors: true },
  });
}
