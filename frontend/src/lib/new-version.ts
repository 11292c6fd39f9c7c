import { deviceTexts } from "@/texts/device";
import { basePath } from "./base-path";
import { notify } from "./notify";
import { isBusy } from "./typing";

const LOOK_EVERY_MS = 3_600_000;
const LOOK_AT_MOST_EVERY_MS = 600_000;
const TRY_AGAIN_MS = 2_000;

let lookedAt = Date.now();
let isOffered = false;

/** The program that this page runs, by its name, which changes with what is in it. */
const ownProgram = (): string | null => document.querySelector('script[type="module"]')?.getAttribute("src") ?? null;

/** Looks whether the server hands out another version than the one that runs here, and offers it. */
async function look(): Promise<void> {
  const own = ownProgram();
  if (isOffered || own === null) return;
  lookedAt = Date.now();
  try {
    const answer = await fetch(`${basePath}/`, { headers: { Accept: "text/html" }, cache: "no-cache" });
    const isOther = answer.ok && !(await answer.text()).includes(own);
    // Two may look at the same time: the clock, and the worker that has changed.
    if (isOther && !isOffered) offerReload();
  } catch {
    // No network: whoever has none needs no new version now.
  }
}

/** Says it once nobody is in the middle of something; the page is never reloaded by itself. */
function offerReload(): void {
  isOffered = true;
  if (isBusy()) {
    setTimeout(offerReload, TRY_AGAIN_MS);
    return;
  }
  const action = { label: deviceTexts.reload, onClick: () => window.location.reload() };
  notify.info(deviceTexts.newVersion, { action, stays: true });
}

/** Looks now and then from now on: a page may be open for weeks, on a wall. */
export function watchForNewVersion(registration: ServiceWorkerRegistration | null): void {
  setInterval(() => {
    void registration?.update().catch(() => undefined);
    void look();
  }, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    const isDue = Date.now() - lookedAt > LOOK_AT_MOST_EVERY_MS;
    if (document.visibilityState === "visible" && isDue) void look();
  });
  // A new worker is taken over by its pages as soon as it is there.
  if (registration !== null) navigator.serviceWorker.addEventListener("controllerchange", () => void look());
}
