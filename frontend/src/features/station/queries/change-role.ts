import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Role, stationsUpdateMember } from "@/client";
import { membersKey, membersQuery } from "@/lib/members";
import { stationsQuery } from "@/lib/station";

/** Gives a member another role. Shown at once, and taken back where the server refuses. */
export function useChangeRole(stationId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = membersQuery(stationId);
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      stationsUpdateMember({ path: { station_id: stationId, user_id: userId }, body: { role } }),
    onMutate: async ({ userId, role }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, (members) =>
        members?.map((member) => (member.user_id === userId ? { ...member, role } : member)),
      );
      return before;
    },
    onError: (_error, _change, before) => queryClient.setQueryData(queryKey, before),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: membersKey(stationId) });
      // It may have been one's own.
      await queryClient.invalidateQueries({ queryKey: stationsQuery().queryKey });
    },
  });
}
