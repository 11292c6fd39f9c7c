import { useMutation, useQueryClient } from "@tanstack/react-query";
import { stationsDeleteMember } from "@/client";
import { membersKey } from "@/lib/members";

/** Takes a member out; of oneself, leaves. */
export function useRemoveMember(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => stationsDeleteMember({ path: { station_id: stationId, user_id: userId } }),
    // What is shown of a station that was left would only be refused.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: membersKey(stationId), refetchType: "none" }),
    meta: { showsItsErrors: true },
  });
}
