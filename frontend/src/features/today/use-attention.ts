import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { StationPublic } from "@/client";
import { useNow } from "@/hooks/use-now";
import { decksQuery } from "@/lib/decks";
import { useLive } from "@/lib/live";
import { oldAddressesQuery } from "@/lib/old-addresses";
import { canEdit } from "@/lib/station";
import {
  type Attention,
  decksToSee,
  endingToSee,
  gapsToSee,
  interruptionToSee,
  oldAddressesToSee,
  unusedToSee,
} from "./attention";
import { endingButtonsQuery } from "./queries/list-ending-buttons";
import { gapsQuery } from "./queries/list-gaps";
import { unusedQuery } from "./queries/list-unused";

export type AttentionState = {
  items: readonly Attention[];
  /** Whether all that was asked has been answered, well or not. */
  isKnown: boolean;
  error: unknown;
  retry: () => void;
};

/** What somebody should look at, the most pressing first. */
export function useAttention(station: StationPublic, day: string): AttentionState {
  const { id, zone } = station;
  const mayEdit = canEdit(station);
  const now = useNow(5_000);
  const isRecording = useFollowRecording(id, { day, zone });
  const decks = useQuery(decksQuery(id));
  const gaps = useQuery(gapsQuery(id, { day, zone }));
  const unused = useQuery(unusedQuery(id));
  const ending = useQuery(endingButtonsQuery(id));
  const addresses = useQuery({ ...oldAddressesQuery(id), enabled: mayEdit });
  const asked = [decks, gaps, unused, ending, ...(mayEdit ? [addresses] : [])];
  const failed = asked.filter((query) => query.isError && query.data === undefined);
  return {
    items: [
      ...interruptionToSee(isRecording),
      ...decksToSee(decks.data ?? [], { zone, now }),
      ...gapsToSee(gaps.data ?? [], { zone, mayAdd: mayEdit }),
      ...oldAddressesToSee(addresses.data?.data ?? []),
      ...endingToSee(ending.data ?? [], day),
      ...(unused.data ? unusedToSee(unused.data) : []),
    ],
    isKnown: asked.every((query) => query.data !== undefined || query.isError),
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const query of failed) void query.refetch();
    },
  };
}

/** Whether presses are being recorded, as the stream tells it; gaps are fetched anew when that changes. */
function useFollowRecording(stationId: string, place: { day: string; zone: string }): boolean {
  const queryClient = useQueryClient();
  const [isRecording, setRecording] = useState(true);
  useLive("watch", (state) => {
    setRecording(state.is_recording);
    void queryClient.invalidateQueries({ queryKey: gapsQuery(stationId, place).queryKey });
  });
  // What changed during a break is not told again; the gaps, which are fetched anew then, tell it too.
  useLive("ready", () => setRecording(true));
  return isRecording;
}
