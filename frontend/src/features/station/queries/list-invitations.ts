import { queryOptions } from "@tanstack/react-query";
import { invitationsListInvitations } from "@/client";
import { stationKey } from "@/lib/station";

export const invitationsKey = (stationId: string) => [...stationKey(stationId), "invitations"] as const;

/** Who was asked to join, and has neither accepted nor been refused. For owners. */
export const invitationsQuery = (stationId: string) =>
  queryOptions({
    queryKey: invitationsKey(stationId),
    queryFn: async () => (await invitationsListInvitations({ path: { station_id: stationId } })).data,
  });
