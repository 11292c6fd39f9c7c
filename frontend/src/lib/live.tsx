import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { type LiveEvents, LiveFeed, type LiveStatus } from "./live-feed";
import { tellSessionExpired, useIsSessionExpired } from "./session";
import { stationKey, stationsQuery } from "./station";

export type { LiveEvents, LiveStatus } from "./live-feed";

// A stream that stands within this time begins where what the page has just fetched ends.
const FRESH_MS = 5_000;

type Live = { feed: LiveFeed | null; status: LiveStatus; startSeq: number | null };

const LiveContext = createContext<Live | null>(null);

/** Keeps one live stream for everything below it. After a break everything about the station is fetched anew. */
export function LiveProvider({ stationId, children }: { stationId: string; children: ReactNode }) {
  const queryClient = useQueryClient();
  const isExpired = useIsSessionExpired();
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  const [status, setStatus] = useState<LiveStatus>("connecting");
  const [startSeq, setStartSeq] = useState<number | null>(null);

  useEffect(() => {
    const opened = new LiveFeed(stationId, {
      onStatus: setStatus,
      onLoggedOut: tellSessionExpired,
      onForbidden: () => void queryClient.invalidateQueries({ queryKey: stationsQuery().queryKey }),
    });
    const refetch = () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) });
    const openedAt = Date.now();
    let isFirst = true;
    opened.on("ready", ({ last_seq }) => {
      setStartSeq(last_seq);
      // Presses are made up for by the stream itself, as long as it says no `reset`; counts, decks and gaps are not.
      if (!isFirst || Date.now() - openedAt > FRESH_MS) refetch();
      isFirst = false;
    });
    setFeed(opened);
    setStatus("connecting");
    return opened.open();
  }, [stationId, queryClient]);

  useEffect(() => {
    if (!isExpired) feed?.wake();
  }, [feed, isExpired]);

  return <LiveContext value={{ feed, status, startSeq }}>{children}</LiveContext>;
}

/** Whether the live stream stands. "offline" where there is none to stand, as for a user without a station. */
export function useLiveStatus(): LiveStatus {
  return useContext(LiveContext)?.status ?? "offline";
}

/**
 * The number of the record from which on the stream tells everything; null until it stands. Whoever fetched a list that
 * ends before it may have missed something in between.
 */
export function useLiveStart(): number | null {
  return useContext(LiveContext)?.startSeq ?? null;
}

/** Calls a function with each live event of a name, while the component is shown. */
export function useLive<Name extends keyof LiveEvents>(name: Name, listener: (data: LiveEvents[Name]) => void): void {
  const feed = useContext(LiveContext)?.feed;
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => feed?.on(name, (data) => latest.current(data)), [feed, name]);
}
