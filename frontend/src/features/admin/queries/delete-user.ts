import { useMutation, useQueryClient } from "@tanstack/react-query";
import { usersDeleteUser } from "@/client";
import { usersKey } from "./keys";

export function useDeleteUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => usersDeleteUser({ path: { user_id: userId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersKey }),
    meta: { showsItsErrors: true },
  });
}
