import type { Page, Response } from "@playwright/test";
import type { PressPage, PressPublic } from "../src/client";
import { type Api, createOwner, press } from "./support/api.ts";
import { recordMany, recordPlay } from "./support/presses.ts";
import { enter, expect, test } from "./support/test.ts";

const rows = (page: Page) => page.locator("tr[data-press]");
const untilLive = (page: Page) => expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");

async function createKeyed() {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { dedup_window_ms: 0 });
  return { account, api, station, button, key: await api.createKey(station.id, button.id, null) };
}

async function newestPress(api: Api, stationId: string): Promise<PressPublic> {
  const { data } = await api.call<PressPage>("GET", `/presses/?station_id=${stationId}&limit=1`);
  const [newest] = data;
  if (newest === undefined) throw new Error("The station has no press.");
  return newest;
}

/** Waits until the server has told its streams of a press that came after another one. */
const untilTold = (page: Page, stationId: string, before: PressPublic): Promise<void> =>
  page.evaluate(
    (address) =>
      new Promise((told) => {
        const stream = new EventSource(address);
        stream.addEventListener("press", () => {
          stream.close();
          setTimeout(told, 100);
        });
      }),
    `/api/v1/stream?station_id=${stationId}&last_event_id=${before.seq}`,
  );

/**
 * Keeps one answer of the log on its way: the server has given it, the page does not have it yet. `release` lets it
 * come, and ends when the page has drawn what it made of it.
 */
async function holdAnswer(page: Page, isIt: (url: URL, turn: number) => boolean) {
  let turn = 0;
  const taken = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<Response | null>();
  await page.route("**/api/v1/presses/?*", async (route, request) => {
    if (request.method() !== "GET" || !isIt(new URL(request.url()), ++turn)) return route.fallback();
    const response = await route.fetch();
    taken.resolve();
    await gate.promise;
    await route.fulfill({ response });
    arrived.resolve(await request.response());
  });
  const release = async () => {
    gate.resolve();
    await (await arrived.promise)?.finished();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100))));
  };
  return { taken: taken.promise, release };
}

test("a press that is told while the first answer is on its way is shown with it", async ({ page }) => {
  const { account, api, station, key } = await createKeyed();
  await press(key.press_url);
  const first = await newestPress(api, station.id);
  await enter(page, account);
  const answer = await holdAnswer(page, (_url, turn) => turn === 1);
  await page.goto("/log");
  await answer.taken;
  await untilLive(page);

  await press(key.press_url);
  await untilTold(page, station.id, first);
  await answer.release();

  await expect(rows(page)).toHaveCount(2);
});

test("an answer of before a correction does not take it back", async ({ page }) => {
  const { account, api, station, button } = await createKeyed();
  const { press_id } = await recordPlay(api, station.id, {
    button_id: button.id,
    pressed_at: "2025-03-04T15:00:00Z",
  });
  await enter(page, account);
  // No row tells how far the record went: so it is asked once more when the stream stands.
  const answer = await holdAnswer(page, (_url, turn) => turn === 2);
  await page.goto("/log?status=void");
  await answer.taken;

  await api.call("POST", `/presses/${press_id}/void?station_id=${station.id}`, { reason: "It was a rehearsal" });
  await expect(rows(page)).toContainText("It was a rehearsal");
  await answer.release();

  expect(await rows(page).count()).toBe(1);
});

test("a correction above stays while the page below is on its way", async ({ page }) => {
  const { account, api, station, key } = await createKeyed();
  await recordMany(key, 230);
  const { id } = await newestPress(api, station.id);
  await enter(page, account);
  const answer = await holdAnswer(page, (url) => url.searchParams.has("cursor"));
  await page.goto("/log");
  await expect(rows(page).first()).toHaveAttribute("data-press", id);
  await untilLive(page);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await answer.taken;

  const newest = page.locator(`tr[data-press="${id}"]`);
  await page.evaluate(() => scrollTo(0, 0));
  await api.call("POST", `/presses/${id}/void?station_id=${station.id}`, { reason: "A slip of the hand" });
  await expect(newest).toContainText("A slip of the hand");
  await answer.release();

  expect(await newest.textContent()).toContain("A slip of the hand");
});
