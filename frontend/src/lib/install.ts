import { useSyncExternalStore } from "react";

/** What browsers that install pages hand over; no part of TypeScript's own types, since not every browser has it. */
type InstallPrompt = Event & { prompt: () => Promise<unknown> };

let prompt: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function keep(event: Event | null): void {
  prompt = event as InstallPrompt | null;
  for (const listener of listeners) listener();
}

// It comes once, early, and is lost on who is not listening yet.
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  keep(event);
});
window.addEventListener("appinstalled", () => keep(null));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks the browser to install the dashboard as an app; null where it does not offer that now. */
export function useInstall(): (() => void) | null {
  const offered = useSyncExternalStore(subscribe, () => prompt);
  if (offered === null) return null;
  return () => {
    keep(null);
    void offered.prompt();
  };
}

/** Whether this is the installed app, in a window of its own. */
export const isInstalled = (): boolean => matchMedia("(display-mode: standalone)").matches;
