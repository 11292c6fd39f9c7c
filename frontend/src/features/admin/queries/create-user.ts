import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type UserCreate, usersCreateUser } from "@/client";
import { usersKey } from "./keys";

export function useCreateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: UserCreate) => usersCreateUser({ body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersKey }),
    meta: { showsItsErrors: true },
  });
}
