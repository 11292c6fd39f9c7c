import type { Page, Response } from "@playwright/test";
import type { PressPublic } from "../src/client";
import { createOwner, press } from "./support/api.ts";
import { latestPress, recordMany, recordPlay } from "./support/presses.ts";
import { enter, expect, test } from "./support/test.ts";

const rows = (page: Page) => page.locator("tr[data-press]");
const untilLive = (page: Page) => expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");

async function createKeyed() {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { dedup_window_ms: 0 });
  return { account, api, station, button, key: await api.createKey(station.id, button.id, null) };
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
    // The page may have given it up.
    const isWanted = await route.fulfill({ response }).then(
      () => true,
      () => false,
    );
    arrived.resolve(isWanted ? await request.response() : null);
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
  const first = await latestPress(api, station.id);
  await enter(page, account);
  // The next answer, which has both, never comes.
  await page.route("**/api/v1/presses/?*", () => undefined);
  const answer = await holdAnswer(page, (_url, turn) => turn === 1);
  await page.goto("/log");
  await answer.taken;
  await untilLive(page);

  await press(key.press_url);
  await untilTold(page, station.id, first);
  await answer.release();

  await expect(rows(page)).toHaveCount(2);
});

test("a press that neither the first answer nor the stream has is asked for, also where the stream told a later one", async ({
  page,
}) => {
  const { account, api, station, key } = await createKeyed();
  await press(key.press_url);
  await enter(page, account);
  const answer = await holdAnswer(page, (_url, turn) => turn === 1);
  let isPressed = false;
  await page.route("**/api/v1/stream?*", async (route) => {
    await answer.taken;
    if (!isPressed) await press(key.press_url);
    isPressed = true;
    await route.continue();
  });
  await page.goto("/log");
  await untilLive(page);
  const second = await latestPress(api, station.id);

  await press(key.press_url);
  await untilTold(page, station.id, second);
  await answer.release();

  await expect(rows(page)).toHaveCount(3);
});

test("an answer of before a correction does not take it back", async ({ page }) => {
  const { account, api, station, button } = await createKeyed();
  const { press_id } = await recordPlay(api, station.id, {
    button_id: button.id,
    pressed_at: "2025-03-04T15:00:00Z",
  });
  await enter(page, account);
  // The second is where the stream begins.
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
  await recordMany(key, 830);
  const { id } = await latestPress(api, station.id);
  await enter(page, account);
  let isHeld = false;
  const answer = await holdAnswer(page, () => isHeld);
  let heads = 0;
  page.on("response", (response) => {
    const { pathname, searchParams } = new URL(response.url());
    if (pathname === "/api/v1/presses/" && !searchParams.has("cursor")) heads += 1;
  });
  await page.goto("/log");
  await expect(rows(page).first()).toHaveAttribute("data-press", id);
  await untilLive(page);
  // The second is where the stream begins.
  await expect.poll(() => heads).toBe(2);
  await expect(page.locator("table")).toHaveAttribute("aria-busy", "false");
  isHeld = true;
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await answer.taken;

  const newest = page.locator(`tr[data-press="${id}"]`);
  await page.evaluate(() => scrollTo(0, 0));
  await api.call("POST", `/presses/${id}/void?station_id=${station.id}`, { reason: "A slip of the hand" });
  await expect(newest).toContainText("A slip of the hand");
  await answer.release();

  expect(await newest.textContent()).toContain("A slip of the hand");
});

test("a correction that was refused does not come back with a page that was on its way", async ({
  page,
  expectStatus,
}) => {
  expectStatus(500);
  const { account, api, station, key } = await createKeyed();
  // Of its four pages three are fetched before anybody scrolls.
  await recordMany(key, 350);
  await recordMany(key, 350);
  const { id } = await latestPress(api, station.id);
  await enter(page, account);
  let isSent = false;
  const answer = await holdAnswer(page, () => isSent);
  await page.route("**/api/v1/presses/*/void?*", async (route) => {
    isSent = true;
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await answer.taken;
    isSent = false;
    await route.fulfill({ status: 500, body: "" });
  });
  await page.goto("/log");
  await untilLive(page);
  const newest = page.locator(`tr[data-press="${id}"]`);
  await newest.hover();
  await newest.getByRole("button", { name: /^Make void/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("A slip of the hand");
  await dialog.getByRole("button", { name: "Make void", exact: true }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.evaluate(() => scrollTo(0, 0));
  await expect(newest).toContainText("Counted");
  await answer.release();

  expect(await newest.textContent()).toContain("Counted");
});

test("a press that is closed while the log is on its way has its row in focus once that comes", async ({ page }) => {
  const { account, api, station, key } = await createKeyed();
  await recordMany(key, 3);
  const { id } = await latestPress(api, station.id);
  await enter(page, account);
  for (const isMovedOn of [false, true]) {
    const answer = await holdAnswer(page, (_url, turn) => turn === 1);
    await page.goto(`/log?press=${id}`);
    await answer.taken;
    await expect(page.getByRole("dialog")).toContainText("Both clocks");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(page.locator("#content")).toBeFocused();
    const exports = page.getByRole("button", { name: "Export" });
    if (isMovedOn) await exports.focus();

    await answer.release();
    await expect(rows(page)).toHaveCount(3);

    await expect(isMovedOn ? exports : page.locator(`[data-row-link="${id}"]`)).toBeFocused();
    await page.unrouteAll();
  }
});
