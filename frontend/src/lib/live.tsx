import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { CorrectedPress, DeckEvent, PressPublic, RecordingState, StreamPosition } from "@/client";
import { basePath } from "./base-path";
import { stationKey } from "./station";

/** What the `data` of each event of the stream are. */
export type LiveEvents = {
  ready: StreamPosition;
  press: PressPublic;
  correction: CorrectedPress;
  deck: DeckEvent;
  watch: RecordingState;
  reset: StreamPosition;
};

export type LiveStatus = "connecting" | "live" | "offline";

type Listener<Name extends keyof LiveEvents> = (data: LiveEvents[Name]) => void;

const EVENT_NAMES = ["ready", "press", "correction", "deck", "watch", "reset"] as const satisfies (keyof LiveEvents)[];
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
// Browsers open six connections to a server over plain http, for all tabs together. A tab that nobody looks at gives
// its stream back, so that the seventh tab is not stuck.
const HIDDEN_PATIENCE_MS = 60_000;

/**
 * The live stream of one station.
 *
 * Goes on by itself after a break, from the last event that came, so that none is missed; where a break was too long for
 * that, the server says `reset`, and everything is to be fetched anew.
 */
export class LiveFeed {
  status: LiveStatus = "connecting";
  onStatus: (status: LiveStatus) => void = () => undefined;
  private readonly stationId: string;
  private readonly listeners = new Map<keyof LiveEvents, Set<Listener<never>>>();
  private source: EventSource | null = null;
  private lastEventId = "";
  private waitMs = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(stationId: string) {
    this.stationId = stationId;
  }

  /** Begins, and ends again by the function that is returned. */
  open(): () => void {
    this.isClosed = false;
    this.connect();
    const onVisibility = () => this.follow(document.visibilityState === "visible");
    const onOnline = () => this.reconnectNow();
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("online", onOnline);
    return () => {
      this.isClosed = true;
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("online", onOnline);
      clearTimeout(this.hiddenTimer);
      this.disconnect();
    };
  }

  /** Calls a function with each event of a name, until the function that is returned is called. */
  on<Name extends keyof LiveEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener as Listener<never>);
    return () => listeners.delete(listener as Listener<never>);
  }

  private follow(isVisible: boolean): void {
    clearTimeout(this.hiddenTimer);
    if (!isVisible) this.hiddenTimer = setTimeout(() => this.disconnect(), HIDDEN_PATIENCE_MS);
    else if (this.source === null) this.reconnectNow();
  }

  private reconnectNow(): void {
    if (this.isClosed || this.status === "live") return;
    this.waitMs = FIRST_WAIT_MS;
    this.disconnect();
    this.connect();
  }

  private connect(): void {
    const query = new URLSearchParams({ station_id: this.stationId });
    if (this.lastEventId) query.set("last_event_id", this.lastEventId);
    const source = new EventSource(`${basePath}/api/v1/stream?${query}`);
    this.source = source;
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event: MessageEvent<string>) => this.receive(name, event));
    }
    source.onerror = () => this.lose();
  }

  private disconnect(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    if (this.status === "live") this.setStatus("connecting");
  }

  private receive(name: keyof LiveEvents, event: MessageEvent<string>): void {
    if (event.lastEventId) this.lastEventId = event.lastEventId;
    if (name === "ready") {
      this.waitMs = FIRST_WAIT_MS;
      this.setStatus("live");
    }
    const data = JSON.parse(event.data) as never;
    for (const listener of this.listeners.get(name) ?? []) listener(data);
  }

  /** After a break, and when the server refuses: a browser would try again only after the first. */
  private lose(): void {
    this.disconnect();
    this.setStatus("offline");
    if (this.isClosed) return;
    this.timer = setTimeout(() => this.connect(), this.waitMs * (0.75 + Math.random() / 2));
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }

  private setStatus(status: LiveStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.onStatus(status);
  }
}

const LiveContext = createContext<{ feed: LiveFeed; status: LiveStatus } | null>(null);

/** Keeps one live stream for everything below it. After a break everything about the station is fetched anew. */
export function LiveProvider({ stationId, children }: { stationId: string; children: ReactNode }) {
  const queryClient = useQueryClient();
  const [feed, setFeed] = useState(() => new LiveFeed(stationId));
  const [status, setStatus] = useState<LiveStatus>(feed.status);

  useEffect(() => {
    const opened = new LiveFeed(stationId);
    setFeed(opened);
    setStatus(opened.status);
    opened.onStatus = setStatus;
    let isFirst = true;
    const refetch = () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) });
    opened.on("reset", refetch);
    opened.on("ready", () => {
      // Presses are made up for by the stream itself; counts, decks and gaps are not.
      if (!isFirst) refetch();
      isFirst = false;
    });
    return opened.open();
  }, [stationId, queryClient]);

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
