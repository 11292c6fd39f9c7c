import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const KEY = "theme";
const listeners = new Set<() => void>();
const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)");

function read(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

let theme = read();

function apply(): void {
  const resolved = resolve();
  document.documentElement.classList.toggle("dark", resolved === "dark");
  document.documentElement.classList.toggle("light", resolved === "light");
  for (const listener of listeners) listener();
}

const resolve = (): "light" | "dark" => (theme === "system" ? (systemIsDark().matches ? "dark" : "light") : theme);

/** Chooses the theme of this browser; "system" follows the system's. */
export function setTheme(chosen: Theme): void {
  theme = chosen;
  try {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // A browser that keeps nothing has it until the page is closed.
  }
  apply();
}

systemIsDark().addEventListener("change", apply);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme that was chosen, and what it comes to. */
export function useTheme(): { theme: Theme; resolvedTheme: "light" | "dark" } {
  const chosen = useSyncExternalStore(subscribe, () => theme);
  const resolvedTheme = useSyncExternalStore(subscribe, resolve);
  return { theme: chosen, resolvedTheme };
}
