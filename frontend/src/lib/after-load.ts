import { watchForNewVersion } from "./new-version";
import { registerServiceWorker } from "./service-worker";

/** What nobody waits for: begun when the first screen stands. */
export async function startAfterLoad(): Promise<void> {
  // It says that the server is away: too late to ask the server for it then.
  await import("@/components/shell/screen-faces").catch(() => undefined);
  watchForNewVersion(await registerServiceWorker());
}
