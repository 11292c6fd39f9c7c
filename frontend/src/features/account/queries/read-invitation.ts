import { queryOptions } from "@tanstack/react-query";
import { invitationsReadInvitation } from "@/client";

/** What an invitation is to. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: () => invitationsReadInvitation({ body: { token } }),
    // Once accepted it could not be read again.
    staleTime: Infinity,
    gcTime: 0,
  });
