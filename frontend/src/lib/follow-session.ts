import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { basePath } from "./base-path";
import { leavePage, sessionQuery, takeOverSession } from "./session";
import { onOtherTabs } from "./session-tabs";

/**
 * Follows what the other tabs say. Whoever logs out leaves everywhere, and somebody else's login leaves nothing of the
 * last user's behind: the page begins anew. The same user's login is this tab's as well, and nothing typed is lost.
 */
export function useFollowOtherTabs(): void {
  const queryClient = useQueryClient();
  useEffect(
    () =>
      onOtherTabs(async (userId) => {
        const known = queryClient.getQueryData(sessionQuery().queryKey);
        if (!known) return;
        if (userId !== known.user.id) {
          leavePage(() => window.location.replace(`${basePath}/${userId === null ? "login" : ""}`));
          return;
        }
        const session = await takeOverSession();
        if (session === null) return;
        queryClient.setQueryData(sessionQuery().queryKey, session);
        void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery().queryKey[0] });
      }),
    [queryClient],
  );
}
