import { setTimeout as sleep } from "node:timers/promises";
import type { APIResponse, BrowserContext, Route } from "@playwright/test";

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
  const answer = Math.random() < 0.5 ? await askFromHere(route) : null;
  await waiting;
  // The page may be gone, or have given the request up.
  await (answer === null ? route.continue() : route.fulfill({ response: answer })).catch(() => undefined);
}

/**
 * The answer, asked for in place of the browser, or null where that is not possible: a stream has no end to wait for, some
 * names are known to the browser only, and it may have no network just then.
 */
async function askFromHere(route: Route): Promise<APIResponse | null> {
  const request = route.request();
  const { hostname, pathname } = new URL(request.url());
  if (request.method() !== "GET" || hostname !== "127.0.0.1" || pathname === "/api/v1/stream") return null;
  try {
    const isOnline = await request.frame().evaluate(() => navigator.onLine);
    return isOnline ? await route.fetch() : null;
  } catch {
    return null;
  }
}
