import { watchForNewVersion } from "./new-version";
import { registerServiceWorker } from "./service-worker";

/** What nobody waits for: begun when the first screen stands. */
export async function startAfterLoad(): Promise<void> {
  // They say that the server is away, and what failed with it: too late to ask the server for them then.
  await Promise.allSettled([import("@/components/shell/screen-faces"), import("sonner")]);
  watchForNewVersion(await registerServiceWorker());
}
