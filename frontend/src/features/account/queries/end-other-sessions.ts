import { useMutation, useQueryClient } from "@tanstack/react-query";
import { usersDeleteOtherSessions } from "@/client";
import { notify } from "@/lib/notify";
import { settingsTexts } from "@/texts/settings";
import { sessionsKey } from "./list-sessions";

/** Logs the user out everywhere but here. */
export function useEndOtherSessions() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => usersDeleteOtherSessions(),
    meta: { showsItsErrors: true },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionsKey });
      notify.success(settingsTexts.othersEnded);
    },
  });
}
