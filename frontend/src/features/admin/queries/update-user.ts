import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type UserUpdate, usersUpdateUser } from "@/client";
import { usersKey } from "./keys";

export function useUpdateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, changes }: { userId: string; changes: UserUpdate }) =>
      usersUpdateUser({ path: { user_id: userId }, body: changes }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersKey }),
    meta: { showsItsErrors: true },
  });
}
