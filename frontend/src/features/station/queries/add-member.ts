import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type MemberCreate, stationsCreateMember } from "@/client";
import { membersKey } from "@/lib/members";

/** Makes somebody with an account a member. */
export function useAddMember(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: MemberCreate) => stationsCreateMember({ path: { station_id: stationId }, body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: membersKey(stationId) }),
  });
}
