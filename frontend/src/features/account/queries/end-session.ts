import { useMutation, useQueryClient } from "@tanstack/react-query";
import { usersDeleteOwnSession } from "@/client";
import { notify } from "@/lib/notify";
import { settingsTexts } from "@/texts/settings";
import { sessionsQuery } from "./list-sessions";

/** Logs one browser or program out. It leaves the list at once, and comes back where that failed. */
export function useEndSession() {
  const queryClient = useQueryClient();
  const { queryKey } = sessionsQuery();
  return useMutation({
    mutationFn: (sessionId: string) => usersDeleteOwnSession({ path: { session_id: sessionId } }),
    onMutate: async (sessionId) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(
        queryKey,
        (shown) =>
          shown && {
            ...shown,
            pages: shown.pages.map((page) => ({ ...page, data: page.data.filter(({ id }) => id !== sessionId) })),
          },
      );
      return { before };
    },
    onError: (_error, _sessionId, context) => queryClient.setQueryData(queryKey, context?.before),
    onSuccess: () => notify.success(settingsTexts.sessionEnded),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
