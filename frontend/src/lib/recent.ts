const KEY = "recent";
const MAX_RECENT = 5;

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((entry) => typeof entry === "string") : [];
  } catch {
    return [];
  }
}

/** What was last chosen in the command palette of this browser, newest first. */
export const recentChoices = read;

export function rememberChoice(choice: string): void {
  const rest = read().filter((entry) => entry !== choice);
  try {
    localStorage.setItem(KEY, JSON.stringify([choice, ...rest].slice(0, MAX_RECENT)));
  } catch {
    // A browser that keeps nothing has no memory of it.
  }
}

/** Titles of buttons are among them, which the next user of this browser is not to see. */
export function forgetRecent(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
