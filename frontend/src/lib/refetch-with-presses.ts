import type { QueryClient } from "@tanstack/react-query";
import type { LiveFeed } from "./live-feed";
import { stationKey } from "./station";

const INTERVAL_MS = 2_000;

/**
 * Fetches anew what follows presses, when they arrive: at once, and then every two seconds at most. What no screen shows
 * just then, such as what was fetched for a link that somebody points at, is old from then on. Returns how to end that.
 */
export function refetchWithPresses(feed: LiveFeed, queryClient: QueryClient, stationId: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = 0;
  const refetch = () => {
    timer = undefined;
    lastAt = Date.now();
    // What is on its way is waited for: where answers take longer than that, none would ever come.
    void queryClient.invalidateQueries(
      { queryKey: stationKey(stationId), predicate: ({ meta }) => meta?.followsPresses === true },
      { cancelRefetch: false },
    );
  };
  const refetchSoon = () => {
    timer ??= setTimeout(refetch, Math.max(0, lastAt + INTERVAL_MS - Date.now()));
  };
  feed.on("press", refetchSoon);
  feed.on("correction", refetchSoon);
  return () => clearTimeout(timer);
}
