import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { CorrectionKind, PressPublic, PressStatus } from "@/client";
import { useUser } from "@/lib/session";
import { stationKey } from "@/lib/station";
import { showPress } from "./cached-presses";
import { logsKey } from "./keys";
import { pressQuery } from "./read-press";

export type Correcting = { press: PressPublic; words: string };

const STATUS_AFTER: Partial<Record<CorrectionKind, PressStatus>> = { void: "void", restore: "counted" };
/** Of a correction that the server has not numbered yet. */
const UNNUMBERED = 0;
const CORRECTION_KEY = ["correction"] as const;

/**
 * A correction that is shown at once, and taken back where it fails. What counts presses is asked anew afterwards; the
 * rows themselves come with the answer.
 */
export function useCorrection(
  stationId: string,
  kind: CorrectionKind,
  send: (correcting: Correcting) => Promise<PressPublic>,
) {
  const queryClient = useQueryClient();
  const user = useUser();
  const by = { id: user.id, name: user.full_name ?? user.email };
  return useMutation({
    mutationKey: CORRECTION_KEY,
    mutationFn: send,
    meta: { showsItsErrors: true },
    onMutate: ({ press, words }) => {
      const correction = { seq: UNNUMBERED, kind, text: words, created_at: new Date().toISOString(), created_by: by };
      const corrections = [...press.corrections, correction];
      const corrected = { ...press, corrections, status: STATUS_AFTER[kind] ?? press.status };
      showPress(queryClient, stationId, corrected);
      return corrected;
    },
    onError: (_problem, { press }) => {
      showPress(queryClient, stationId, press);
      refetchWhatIsComing(queryClient, stationId);
      void showAsItIs(queryClient, stationId, press.id);
    },
    onSuccess: (press) => {
      showPress(queryClient, stationId, press);
      refetchWhatIsComing(queryClient, stationId);
      refetchCounts(queryClient, stationId);
    },
  });
}

/** A page that is on its way brings the rows as they were when it was asked for. */
function refetchWhatIsComing(queryClient: QueryClient, stationId: string): void {
  void queryClient.invalidateQueries({
    queryKey: logsKey(stationId),
    predicate: ({ state }) => state.fetchStatus !== "idle",
  });
}

/** Presses as they are shown while the server has not answered their correction yet. */
export function shownInAdvance(queryClient: QueryClient): PressPublic[] {
  const corrections = queryClient.getMutationCache().findAll({ mutationKey: CORRECTION_KEY, status: "pending" });
  return corrections.flatMap(({ state }) => (state.context === undefined ? [] : [state.context as PressPublic]));
}

/** Somebody else may have been faster: then the press is not what it was before either. */
async function showAsItIs(queryClient: QueryClient, stationId: string, pressId: string): Promise<void> {
  const query = { ...pressQuery(stationId, pressId), staleTime: 0 };
  const press = await queryClient.fetchQuery(query).catch(() => null);
  if (press !== null) showPress(queryClient, stationId, press);
}

/** All about the station but its presses and gaps, which are up to date. */
function refetchCounts(queryClient: QueryClient, stationId: string): void {
  const about = stationKey(stationId);
  void queryClient.invalidateQueries({
    queryKey: about,
    predicate: ({ queryKey }) => queryKey[about.length] !== "presses" && queryKey[about.length] !== "watches",
  });
}
