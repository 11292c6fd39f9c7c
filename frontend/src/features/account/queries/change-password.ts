import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type UpdatePassword, usersUpdateOwnPassword } from "@/client";
import { sessionsKey } from "./list-sessions";

/** Changes the own password, which ends every other session. */
export function useChangePassword() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: UpdatePassword) => usersUpdateOwnPassword({ body }),
    meta: { showsItsErrors: true },
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: sessionsKey }),
  });
}
