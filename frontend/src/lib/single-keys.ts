import { useSyncExternalStore } from "react";

const KEY = "single-keys";
const OFF = "off";
const listeners = new Set<() => void>();

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== OFF;
  } catch {
    return true;
  }
}

let isOn = read();

/** Whether keys without Ctrl do something: who speaks to their computer must be able to switch them off. */
export const hasSingleKeys = (): boolean => isOn;

export function setSingleKeys(value: boolean): void {
  isOn = value;
  try {
    if (value) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, OFF);
  } catch {
    // A browser that keeps nothing has it until the page is closed.
  }
  for (const listener of listeners) listener();
}

export const useSingleKeys = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOn,
  );
