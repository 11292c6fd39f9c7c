import type { CorrectedPress, DeckEvent, PressPublic, RecordingState, StreamPosition } from "@/client";
import { basePath } from "./base-path";
import { readEvents, type ServerEvent } from "./event-stream";
import { currentCsrfToken, isLoginOver } from "./session";

/** What the `data` of each event of the stream are. */
export type LiveEvents = {
  ready: StreamPosition;
  press: PressPublic;
  correction: CorrectedPress;
  deck: DeckEvent;
  watch: RecordingState;
  reset: StreamPosition;
};

/** "connecting" also for the moment after a break; "offline" once another try has failed too. */
export type LiveStatus = "connecting" | "live" | "offline";

type Listener<Name extends keyof LiveEvents> = (data: LiveEvents[Name]) => void;

type Callbacks = {
  onStatus: (status: LiveStatus) => void;
  /** The login that the stream stands on has ended. Nothing is tried again until `wake`. */
  onLoggedOut: () => void;
  /** The station is no longer there for this user. */
  onForbidden: () => void;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
// A stream that ends sooner than this did not really stand, and is not asked for twice a second for that.
const STANDS_AFTER_MS = 10_000;
// The server says something every 15 seconds. A connection that died without a word, as when a cable is pulled, is only
// known by its silence.
const LONGEST_SILENCE_MS = 40_000;
const LOOK_EVERY_MS = 5_000;
// Browsers open six connections to a server over plain http, for all tabs together. A tab that nobody looks at gives
// its stream back, so that the seventh tab is not stuck.
const HIDDEN_PATIENCE_MS = 20_000;

/**
 * The live stream of one station.
 *
 * Goes on by itself after a break, from the last event that came, so that none is missed; where a break was too long for
 * that, the server says `reset`, and everything is to be fetched anew.
 */
export class LiveFeed {
  private readonly stationId: string;
  private readonly callbacks: Callbacks;
  private readonly listeners = new Map<keyof LiveEvents, Set<Listener<never>>>();
  private status: LiveStatus = "connecting";
  private attempt: AbortController | null = null;
  private lastEventId = "";
  private lastSignAt = 0;
  private liveSince = 0;
  private waitMs = FIRST_WAIT_MS;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  private isLoggedOut = false;

  constructor(stationId: string, callbacks: Callbacks) {
    this.stationId = stationId;
    this.callbacks = callbacks;
  }

  /** Begins, and ends for good by the function that is returned. */
  open(): () => void {
    const onVisibility = () => this.followVisibility();
    // Whether the network is there does not tell whether the server is: it may run on this machine. So it is asked.
    const onNetwork = () => this.reconnect();
    const watch = setInterval(() => this.watchSilence(), LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("online", onNetwork);
    window.addEventListener("offline", onNetwork);
    this.followVisibility();
    return () => {
      clearInterval(watch);
      clearTimeout(this.hiddenTimer);
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("online", onNetwork);
      window.removeEventListener("offline", onNetwork);
      this.disconnect();
      this.listeners.clear();
    };
  }

  /** Calls a function with each event of a name, until the function that is returned is called. */
  on<Name extends keyof LiveEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener as Listener<never>);
    return () => listeners.delete(listener as Listener<never>);
  }

  /** After somebody logged in again. */
  wake(): void {
    if (!this.isLoggedOut) return;
    this.isLoggedOut = false;
    this.reconnect();
  }

  private followVisibility(): void {
    clearTimeout(this.hiddenTimer);
    if (document.visibilityState === "hidden") {
      // A tab that was opened in the background waits until it is looked at.
      this.hiddenTimer = setTimeout(() => this.rest(), HIDDEN_PATIENCE_MS);
      return;
    }
    if (this.attempt === null) this.reconnect();
    else this.watchSilence();
  }

  private rest(): void {
    this.disconnect();
    this.setStatus("connecting");
  }

  private watchSilence(): void {
    if (this.attempt !== null && Date.now() - this.lastSignAt > LONGEST_SILENCE_MS) this.lose();
  }

  private reconnect(): void {
    if (document.visibilityState === "hidden" || this.isLoggedOut) return;
    this.waitMs = FIRST_WAIT_MS;
    this.connect();
  }

  private disconnect(): void {
    clearTimeout(this.retryTimer);
    this.attempt?.abort();
    this.attempt = null;
  }

  private connect(): void {
    this.disconnect();
    const attempt = new AbortController();
    this.attempt = attempt;
    this.lastSignAt = Date.now();
    this.read(attempt.signal).then(
      (retryAfterMs) => {
        if (!attempt.signal.aborted) this.lose(retryAfterMs);
      },
      () => {
        if (!attempt.signal.aborted) this.lose();
      },
    );
  }

  /** Reads until the stream ends or is refused; gives how long the server wants to be left alone, if it said so. */
  private async read(signal: AbortSignal): Promise<number> {
    const query = new URLSearchParams({ station_id: this.stationId });
    if (this.lastEventId !== "") query.set("last_event_id", this.lastEventId);
    const askedUnder = currentCsrfToken();
    const response = await fetch(`${basePath}/api/v1/stream?${query}`, { signal, cache: "no-store" });
    if (signal.aborted) return 0;
    if (!response.ok || response.body === null) return this.refuse(response, askedUnder);
    await readEvents(response.body, {
      onSign: () => {
        if (!signal.aborted) this.lastSignAt = Date.now();
      },
      onEvent: (event) => {
        if (!signal.aborted) this.receive(event);
      },
    });
    return 0;
  }

  private refuse(response: Response, askedUnder: string | null): number {
    if (response.status === 401 && !isLoginOver(askedUnder)) {
      this.isLoggedOut = true;
      this.callbacks.onLoggedOut();
    }
    if (response.status === 403 || response.status === 404) this.callbacks.onForbidden();
    return Number(response.headers.get("Retry-After")) * 1000 || 0;
  }

  private receive({ name, id, data }: ServerEvent): void {
    if (id !== "") this.lastEventId = id;
    if (name === "ready") {
      this.liveSince = Date.now();
      this.setStatus("live");
    }
    const parsed = JSON.parse(data) as never;
    for (const listener of [...(this.listeners.get(name as keyof LiveEvents) ?? [])]) {
      try {
        listener(parsed);
      } catch (error) {
        // One part of the screen that fails leaves the stream, and the other parts, alone.
        reportError(error);
      }
    }
  }

  /** After a break, and when the server refuses. */
  private lose(retryAfterMs = 0): void {
    const wasLive = this.status === "live";
    if (wasLive && Date.now() - this.liveSince > STANDS_AFTER_MS) this.waitMs = FIRST_WAIT_MS;
    this.disconnect();
    this.setStatus(wasLive || this.isLoggedOut ? "connecting" : "offline");
    if (this.isLoggedOut) return;
    // Not all at once, when a server comes back that many had followed.
    const waitMs = Math.max(this.waitMs * (0.75 + Math.random() / 2), retryAfterMs);
    this.retryTimer = setTimeout(() => this.connect(), waitMs);
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }

  private setStatus(status: LiveStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.callbacks.onStatus(status);
  }
}
