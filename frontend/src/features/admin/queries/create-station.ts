import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  type InvitationSent,
  invitationsCreateInvitation,
  type StationCreate,
  type StationPublic,
  stationsCreateMember,
  stationsCreateStation,
} from "@/client";
import { Problem } from "@/lib/problem";
import { stationsQuery } from "@/lib/station";
import { instanceStationsKey } from "./keys";

/** What became of the owner of a new station: added, invited, or neither, and why. */
export type OwnerOutcome = { kind: "none" } | { kind: "added" } | { kind: "invited"; link: string | null } | Failed;
type Failed = { kind: "failed"; error: unknown };

async function invite(stationId: string, email: string): Promise<InvitationSent> {
  return invitationsCreateInvitation({ path: { station_id: stationId }, body: { email, role: "owner" } });
}

/** Who has an account becomes an owner, and who has none is invited to be one. */
async function addOwner(stationId: string, email: string): Promise<OwnerOutcome> {
  try {
    await stationsCreateMember({ path: { station_id: stationId }, body: { email, role: "owner" } });
    return { kind: "added" };
  } catch (error) {
    const code = error instanceof Problem ? error.code : "";
    // Whoever makes a station for themselves owns it already.
    if (code === "already_member") return { kind: "added" };
    if (code !== "user_not_found") return { kind: "failed", error };
  }
  try {
    return { kind: "invited", link: (await invite(stationId, email)).invitation_link };
  } catch (error) {
    return { kind: "failed", error };
  }
}

export type MadeStation = { station: StationPublic; owner: OwnerOutcome };

/** Makes a station, and gives it an owner besides whoever makes it. */
export function useCreateStation() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ body, ownerEmail }: { body: StationCreate; ownerEmail: string }): Promise<MadeStation> => {
      const station = await stationsCreateStation({ body });
      return { station, owner: ownerEmail === "" ? { kind: "none" } : await addOwner(station.id, ownerEmail) };
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: instanceStationsKey });
      await queryClient.invalidateQueries({ queryKey: stationsQuery().queryKey });
    },
    meta: { showsItsErrors: true },
  });
}
