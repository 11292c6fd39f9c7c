import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { type LiveEvents, LiveFeed, type LiveStatus } from "./live-feed";
import { refetchWithPresses } from "./refetch-with-presses";
import { tellSessionExpired, useIsSessionExpired } from "./session";
import { stationKey, stationsQuery } from "./station";

export type { LiveEvents, LiveStatus } from "./live-feed";

type Live = { feed: LiveFeed | null; status: LiveStatus };

const LiveContext = createContext<Live | null>(null);

/**
 * Keeps one live stream for everything below it. Where it begins, and after each break, everything about the station is
 * fetched anew: what changed since an answer and before that is in neither.
 */
export function LiveProvider({ stationId, children }: { stationId: string; children: ReactNode }) {
  const queryClient = useQueryClient();
  const isExpired = useIsSessionExpired();
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  const [status, setStatus] = useState<LiveStatus>("connecting");

  useEffect(() => {
    const opened = new LiveFeed(stationId, {
      onStatus: setStatus,
      onLoggedOut: tellSessionExpired,
      onForbidden: () => void queryClient.invalidateQueries({ queryKey: stationsQuery().queryKey }),
    });
    opened.on("ready", () => {
      // What is on its way is waited for: it may be one more page that somebody asked for.
      void queryClient.invalidateQueries(
        { queryKey: stationKey(stationId), predicate: ({ meta }) => meta?.isOfItsMoment !== true },
        { cancelRefetch: false },
      );
    });
    const rest = refetchWithPresses(opened, queryClient, stationId);
    setFeed(opened);
    setStatus("connecting");
    const close = opened.open();
    return () => {
      rest();
      close();
    };
  }, [stationId, queryClient]);

  useEffect(() => {
    if (!isExpired) feed?.wake();
  }, [feed, isExpired]);

  return <LiveContext value={{ feed, status }}>{children}</LiveContext>;
}

/** Whether the live stream stands. "offline" where there is none to stand, as for a user without a station. */
export function useLiveStatus(): LiveStatus {
  return useContext(LiveContext)?.status ?? "offline";
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
