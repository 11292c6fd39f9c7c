import { basePath } from "./base-path";

/** The tabs of a browser share one session, so each must hear when another one opens or ends it. */
const channel = "BroadcastChannel" in window ? new BroadcastChannel(`session ${basePath}/`) : null;

/** Says to the other tabs who is logged in from now on; null where nobody is. A browser without the means hears it with its next 401. */
export const tellOtherTabs = (userId: string | null): void => channel?.postMessage(userId);

/** Calls a function whenever another tab says so, until the function that is returned is called. */
export function onOtherTabs(listener: (userId: string | null) => void): () => void {
  const hear = ({ data }: MessageEvent<string | null>) => listener(data);
  channel?.addEventListener("message", hear);
  return () => channel?.removeEventListener("message", hear);
}
