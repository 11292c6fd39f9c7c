const NAME = "MissingChunk";

/**
 * Marks what is thrown when a part of the page cannot be fetched. Left as it is, the router takes it for a new version
 * and reloads at once, also where there is only no network: then the page would be gone altogether.
 */
export function markMissingChunks(): void {
  window.addEventListener("vite:preloadError", ({ payload }) => {
    payload.name = NAME;
    payload.message = `${NAME}: ${payload.message}`;
  });
}

/** Whether a part of the page could not be fetched: a new version has replaced it, or there is no network. */
export const isMissingChunk = (error: unknown): boolean => error instanceof Error && error.name === NAME;
