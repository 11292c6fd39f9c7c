import { useSyncExternalStore } from "react";
import { basePath } from "./base-path";

/** Whether the page opens without a network: it does, it will in a moment, or why it does not. */
export type OfflineState = "ready" | "preparing" | "insecure" | "unsupported" | "refused";

function firstState(): OfflineState {
  if (!window.isSecureContext) return "insecure";
  return "serviceWorker" in navigator ? "preparing" : "unsupported";
}

let state: OfflineState = firstState();
const listeners = new Set<() => void>();

function setState(value: OfflineState): void {
  state = value;
  for (const listener of listeners) listener();
}

/** Registers the service worker (src/sw), where browsers have them: from https, and on localhost. */
export async function registerServiceWorker(): Promise<ServiceWorkerRegistration | null> {
  if (state !== "preparing" || !import.meta.env.PROD) return null;
  try {
    const { serviceWorker } = navigator;
    // "none": the server is asked for the worker itself each time, whatever a cache in between says.
    const registration = await serviceWorker.register(`${basePath}/sw.js`, { updateViaCache: "none" });
    void serviceWorker.ready.then(() => setState("ready"));
    return registration ?? null;
  } catch {
    // A setting of the browser, such as a private window, or a server that was not there just now.
    setState("refused");
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useOfflineState = (): OfflineState => useSyncExternalStore(subscribe, () => state);
