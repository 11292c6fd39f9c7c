import type { APIRequestContext, Browser, BrowserContext, BrowserContextOptions } from "@playwright/test";
import type { BatchAnswers, PressKeyPublic, PressPublic, StationPublic } from "../../src/client";
import globalSetup from "../../tests/support/global-setup.ts";
import { type Account, product } from "../../tests/support/product.ts";

const DEMO_STATION = "WDMO Demo";
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const PAGE = 200;
const BATCH = 100;

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
  await logIn(context.request, account);
  return context;
}

export async function logIn(request: APIRequestContext, { email, password }: Account): Promise<void> {
  const answer = await request.post(`${product().url}/api/v1/login/session`, {
    form: { username: email, password },
    headers: { Origin: product().url },
  });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
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

/**
 * Plays today as the same day of last week was, up to now: the demo's record ends with the last midnight, and a morning
 * without a press is no picture of a station. Does nothing where that was done already.
 */
export async function playToday(request: APIRequestContext): Promise<number> {
  const station = await demoStation(request);
  const now = Date.now();
  const today = await pressesBetween(request, station, now - DAY_MS / 2, now);
  if (today.length > 0) return 0;
  const model = await pressesBetween(request, station, startOfDay(now, station.zone) - WEEK_MS, now - WEEK_MS);
  const keys = await keysOf(request, station, new Set(model.map(({ button }) => button.id)));
  const presses = model.toReversed().flatMap((press) => {
    const key = keys.get(`${press.button.id} ${press.deck?.id ?? ""}`);
    const pressedAt = new Date(Date.parse(press.pressed_at) + WEEK_MS).toISOString();
    return key === undefined ? [] : [{ id: crypto.randomUUID(), press_key: key, pressed_at: pressedAt }];
  });
  for (let start = 0; start < presses.length; start += BATCH) {
    await record(request, presses.slice(start, start + BATCH));
  }
  return presses.length;
}

async function record(request: APIRequestContext, presses: readonly object[]): Promise<void> {
  const sentAt = new Date().toISOString();
  const answer = await request.post(`${product().url}/api/v1/presses/batch`, {
    data: { presses: presses.map((press) => ({ ...press, sent_at: sentAt })) },
  });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
  const refused = ((await answer.json()) as BatchAnswers).data.find(({ problem }) => problem !== null);
  if (refused) throw new Error(`A press was refused: ${refused.problem?.detail}`);
}

async function pressesBetween(
  request: APIRequestContext,
  station: StationPublic,
  start: number,
  end: number,
): Promise<PressPublic[]> {
  const found: PressPublic[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      station_id: station.id,
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      status: "counted",
      limit: String(PAGE),
      ...(cursor === null ? {} : { cursor }),
    });
    const page: { data: PressPublic[]; next_cursor: string | null } = await read(request, `/presses/?${query}`);
    found.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

async function keysOf(
  request: APIRequestContext,
  station: StationPublic,
  buttonIds: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for (const id of buttonIds) {
    const { data } = await read<{ data: PressKeyPublic[] }>(request, `/buttons/${id}/keys?station_id=${station.id}`);
    for (const key of data.filter(({ revoked_at }) => revoked_at === null)) {
      keys.set(`${id} ${key.deck?.id ?? ""}`, key.key);
    }
  }
  return keys;
}

/** The midnight that a day of the zone began with; near enough on the two days a year that have 23 or 25 hours. */
function startOfDay(now: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(now);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return now - ((part("hour") * 60 + part("minute")) * 60 + part("second")) * 1000;
}
