import { watchForNewVersion } from "./new-version";
import { registerServiceWorker } from "./service-worker";

/** What nobody waits for: begun when the first screen stands. */
export async function startAfterLoad(): Promise<void> {
  watchForNewVersion(await registerServiceWorker());
}
