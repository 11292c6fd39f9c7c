import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Request, Route } from "@playwright/test";

const LONGEST_MS = Number(process.env.TRACKER_DISTURB_MS ?? 0);

/**
 * Where `TRACKER_DISTURB_MS` says so, each request for the API, or its answer, is held back by up to as many milliseconds, at
 * random. What relies on an order in which answers only usually come fails by that, and not first on a busy machine.
 */
export async function disturb(context: BrowserContext): Promise<void> {
  if (LONGEST_MS > 0) await context.route("**/api/v1/**", holdBack);
}

async function holdBack(route: Route): Promise<void> {
  const waiting = sleep(Math.random() * LONGEST_MS);
  try {
    if (Math.random() < 0.5 && (await isAnswerHeldBack(route.request()))) {
      const response = await route.fetch();
      await waiting;
      await route.fulfill({ response });
    } else {
      await waiting;
      await route.continue();
    }
  } catch {
    // The page is gone, or gave the request up; else it is to fail, and not to wait for ever.
    await route.abort().catch(() => undefined);
  }
}

/**
 * Asks from here, in place of the browser: not for a stream, which has no end to wait for, not under a name that only the
 * browser resolves, and not where the browser has no network.
 */
async function isAnswerHeldBack(request: Request): Promise<boolean> {
  const { hostname, pathname } = new URL(request.url());
  if (request.method() !== "GET" || hostname !== "127.0.0.1" || pathname === "/api/v1/stream") return false;
  return request.frame().evaluate(() => navigator.onLine);
}
