/** Short words at the edge of the screen about what was just done. What shows them is fetched with the first of them. */

type Options = {
  description?: string;
  action?: { label: string; onClick: () => void };
  /** Until somebody closes it, for what must not be missed. */
  stays?: boolean;
};

let wake: (() => void) | null = null;
let isWanted = false;

/** Called by the part of the page that shows them: now if one waits already, else with the first. */
export function onFirstNotice(listener: () => void): void {
  wake = listener;
  if (isWanted) listener();
}

async function show(kind: "success" | "error" | "info", message: string, options: Options = {}): Promise<void> {
  isWanted = true;
  wake?.();
  const { toast } = await import("sonner");
  const { stays, ...rest } = options;
  toast[kind](message, stays ? { ...rest, duration: Number.POSITIVE_INFINITY } : rest);
}

export const notify = {
  success: (message: string, options?: Options): void => void show("success", message, options),
  error: (message: string, options?: Options): void => void show("error", message, options),
  info: (message: string, options?: Options): void => void show("info", message, options),
};
