import { queryOptions } from "@tanstack/react-query";
import { stationsListMembers } from "@/client";
import { stationKey } from "./station";

export const membersKey = (stationId: string) => [...stationKey(stationId), "members"] as const;

/** Who is a member of a station; addresses are there for owners only. */
export const membersQuery = (stationId: string) =>
  queryOptions({
    queryKey: membersKey(stationId),
    queryFn: async () => (await stationsListMembers({ path: { station_id: stationId } })).data,
  });
