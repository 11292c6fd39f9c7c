import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SetupRequest, setupSetUp } from "@/client";
import { useKeepSession } from "@/lib/session";
import { setupStateQuery } from "./read-setup-state";

/** Makes the first account and its station, and logs this browser in. */
export function useSetUp() {
  const queryClient = useQueryClient();
  const keepSession = useKeepSession();
  return useMutation({
    mutationFn: (body: SetupRequest) => setupSetUp({ body }),
    meta: { showsItsErrors: true },
    onSuccess: ({ user, csrf_token }) => {
      keepSession({ user, csrf_token });
      queryClient.setQueryData(setupStateQuery().queryKey, (state) => state && { ...state, is_needed: false });
    },
  });
}
