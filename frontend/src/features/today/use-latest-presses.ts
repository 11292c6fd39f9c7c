import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PressPublic } from "@/client";
import { useLive } from "@/lib/live";
import { mergePresses } from "./latest";
import { LATEST_COUNT, latestPressesQuery } from "./queries/list-latest-presses";

export type LatestPresses = {
  query: UseQueryResult<PressPublic[]>;
  presses: readonly PressPublic[];
  /** Those that arrived while this was shown. */
  arrivedIds: ReadonlySet<string>;
};

const NOTHING_HEARD: { presses: PressPublic[]; arrivedIds: ReadonlySet<string> } = {
  presses: [],
  arrivedIds: new Set(),
};

/**
 * The latest presses: what was fetched, and what the stream told since. They are kept apart and laid over each other, so
 * that an answer which was under way meanwhile takes nothing back.
 */
export function useLatestPresses(stationId: string): LatestPresses {
  const query = useQuery(latestPressesQuery(stationId));
  const [heard, setHeard] = useState(NOTHING_HEARD);

  useLive("press", (press) =>
    setHeard(({ presses, arrivedIds }) => {
      const kept = mergePresses(presses, [press], LATEST_COUNT);
      const arrived = kept.filter(({ id }) => id === press.id || arrivedIds.has(id));
      return { presses: kept, arrivedIds: new Set(arrived.map(({ id }) => id)) };
    }),
  );
  useLive("correction", ({ press }) =>
    setHeard((before) => ({ ...before, presses: mergePresses(before.presses, [press], LATEST_COUNT) })),
  );
  // The record may have been put back to an earlier state: then what was heard is no longer on it.
  useLive("reset", () => setHeard(NOTHING_HEARD));

  const presses = mergePresses(query.data ?? [], heard.presses, LATEST_COUNT);
  return { query, presses, arrivedIds: heard.arrivedIds };
}
