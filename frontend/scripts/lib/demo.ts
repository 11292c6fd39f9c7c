import type { APIRequestContext, Browser, BrowserContext, BrowserContextOptions } from "@playwright/test";
import type { StationPublic } from "../../src/client";
import { openSession } from "../../tests/support/api.ts";
import globalSetup from "../../tests/support/global-setup.ts";
import { type Account, product } from "../../tests/support/product.ts";

const DEMO_STATION = "WDMO Demo";

/** Starts the product with its demo station; TRACKER_PRODUCT names one that runs already. What is returned ends it. */
export async function startDemo(): Promise<() => Promise<void>> {
  const end = await globalSetup();
  return async () => end?.();
}

/** A browser of its own, in which the owner of the demo station is logged in, or somebody else. */
export async function demoContext(
  browser: Browser,
  { account = product().demo, ...options }: BrowserContextOptions & { account?: Account } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "America/New_York", ...options });
  await openSession(context.request, account);
  return context;
}

export async function demoStation(request: APIRequestContext): Promise<StationPublic> {
  const { data } = await read<{ data: StationPublic[] }>(request, "/stations/");
  const station = data.find(({ name }) => name === DEMO_STATION);
  if (station === undefined) throw new Error(`There is no station ${DEMO_STATION}: tracker demo makes it.`);
  return station;
}

export async function read<Answer>(request: APIRequestContext, path: string): Promise<Answer> {
  const answer = await request.get(`${product().url}/api/v1${path}`);
  if (!answer.ok()) throw new Error(`${answer.status()} ${path}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
