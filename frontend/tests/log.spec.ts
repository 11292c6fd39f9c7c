import type { Page } from "@playwright/test";
import type { Api } from "./support/api.ts";
import { createOwner, press } from "./support/api.ts";
import { recordMany, recordPlay } from "./support/presses.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, keepStreamAway, test } from "./support/test.ts";

const rows = (page: Page) => page.locator("tr[data-press]");

/** A button with a deck's key, of a station with nothing else. */
async function createKeyedButton(api: Api, stationId: string, title = "Buckle up") {
  const deck = await api.createDeck(stationId);
  const button = await api.createButton(stationId, { title });
  return { button, deck, key: await api.createKey(stationId, button.id, deck.id) };
}

test("filters stand in the address, survive a reload, and are removed one by one", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const { button, deck, key } = await createKeyedButton(api, station.id);
  const other = await api.createButton(station.id, { title: "Legal ID", type: "station_id" });
  await press(key.press_url);
  await recordPlay(api, station.id, {
    button_id: other.id,
    pressed_at: "2025-03-04T15:00:00Z",
    reason: "Deck was off",
  });
  await enter(page, account);
  await page.goto("/log");
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByText("2 presses")).toBeVisible();

  await page.getByRole("button", { name: "Filters" }).click();
  await expect(page.getByRole("combobox", { name: "Deck" })).toBeVisible();
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.getByRole("combobox", { name: "Deck" }).click();
  await page.getByRole("option", { name: deck.name }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Button", exact: true }).click();
  await page.getByPlaceholder("Find a button").fill("buck");
  await page.getByRole("option", { name: "Buckle up" }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(new RegExp(`button_id=${button.id}`));
  await page.reload();

  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("Buckle up");
  await page.getByRole("button", { name: "Remove the filter Button: Buckle up" }).click();
  await page.getByRole("button", { name: `Remove the filter Deck: ${deck.name}` }).click();
  await expect(rows(page)).toHaveCount(2);
  const notes = page.getByLabel("Search notes and reasons");
  await notes.pressSequentially("deck ");
  await expect(page).toHaveURL(/note=deck/);
  await notes.pressSequentially("was");
  await expect(page).toHaveURL(/note=deck(\+|%20)was/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("Legal ID");
  await page.goto("/log?type=STATION_ID&start=2025-03-04&end=2025-03-04");
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Filters, 1 active" }).click();
  await expect(page.getByRole("combobox", { name: "Type" })).toHaveText("Station ID");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove the filter Type: Station ID" }).click();
  await expect(page).not.toHaveURL(/type=/);
  await page.getByRole("button", { name: "The day after" }).click();
  await expect(page.getByText("No press fits these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await expect(rows(page)).toHaveCount(2);
  // The day after it has no name.
  await page.goto("/log?start=0001-01-01&end=9999-12-31");
  await expect(rows(page)).toHaveCount(2);
});

test("both clocks of every press, on the screen and on paper", async ({ page }) => {
  const { account, api, station } = await createOwner({ zone: "America/New_York" });
  const { id } = await api.createButton(station.id, { title: "Legal ID", color: "#102030" });
  await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T15:00:00Z" });
  await enter(page, account);
  await page.goto("/log");
  await expect(page.getByRole("columnheader", { name: "Received" })).toHaveCount(0);

  await page.getByRole("button", { name: "Both clocks" }).press("Enter");

  await expect(page).toHaveURL(/clocks=both/);
  await expect(page.getByRole("columnheader", { name: "Received" })).toBeVisible();
  const received = new Intl.DateTimeFormat("en-US", { dateStyle: "short", timeZone: "America/New_York" }).format();
  await expect(rows(page).locator("time").nth(1)).toContainText(received);
  await expectAccessible(page);
  // A colour of its own has an edge of its own, on a dark page too.
  await expect(rows(page).locator("[aria-hidden]").first()).toHaveCSS("background-color", "rgb(16, 32, 48)");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(rows(page).getByText(/^Received .* EST/)).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("link", { name: "Print" }).click();
  await expect(page.getByTestId("sheets").getByRole("columnheader", { name: "Received" })).toBeVisible();
  await expect(page.getByTestId("sheets").locator("tbody tr").last()).toContainText(received);
  await page.getByRole("link", { name: "Back to the log" }).click();
  await expect(page.getByRole("button", { name: "Both clocks" })).toHaveAttribute("aria-pressed", "true");
});

test("a press appears by itself; while somebody reads further down it waits above", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const { key } = await createKeyedButton(api, station.id);
  await recordMany(key, 60);
  await enter(page, account);
  await page.goto("/log");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await expect(page.getByText("60 presses")).toBeVisible();

  await press(key.press_url);
  await expect(page.getByText("61 presses")).toBeVisible();

  await page.mouse.move(640, 500);
  await page.mouse.wheel(0, 900);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(700);
  const reading = rows(page).nth(20);
  const id = await reading.getAttribute("data-press");
  const before = await reading.boundingBox();
  const second = await api.createButton(station.id, { title: "Legal ID" });
  await press(second.press_url ?? "");
  const pill = page.getByRole("button", { name: "1 new press" });
  await expect(pill).toBeVisible();
  const after = await page.locator(`tr[data-press="${id}"]`).boundingBox();
  expect(after?.y).toBeCloseTo(before?.y ?? 0, 0);
  await pill.click();
  await expect(rows(page).first()).toContainText("Legal ID");
  await expect(page.getByText("62 presses")).toBeVisible();

  // What waits belongs to what was looked at, and not to what one goes on to.
  await page.mouse.wheel(0, 900);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(700);
  await rows(page).nth(20).click();
  await expect(page.getByRole("dialog")).toContainText("Buckle up");
  await press(second.press_url ?? "");
  await expect(page.getByText("1 new press")).toBeVisible();
  await page.getByRole("link", { name: "Only this button" }).click();
  await expect(page.getByText("61 presses")).toBeVisible();
  await expect(rows(page).first()).toContainText("Buckle up");
});

test("a day of 25 hours has both its half past ones, in their order", async ({ page }) => {
  const { account, api, station } = await createOwner({ zone: "America/New_York" });
  const { id } = await api.createButton(station.id);
  for (const pressed_at of ["2024-11-03T03:59:59Z", "2024-11-03T04:00:00Z", "2024-11-03T05:30:00Z"]) {
    await recordPlay(api, station.id, { button_id: id, pressed_at });
  }
  for (const pressed_at of ["2024-11-03T06:30:00Z", "2024-11-04T04:59:59Z", "2024-11-04T05:00:00Z"]) {
    await recordPlay(api, station.id, { button_id: id, pressed_at });
  }
  await enter(page, account);

  await page.goto("/log?start=2024-11-03&end=2024-11-03");

  await expect(page.getByTestId("day-in-sight")).toContainText("Sunday, November 3, 2024");
  await expect(rows(page).locator("time")).toHaveText([
    "11:59:59 PM EST",
    "1:30:00 AM EST",
    "1:30:00 AM EDT",
    "12:00:00 AM EDT",
  ]);
  await page.goto("/log");
  await expect(page.locator("tr[data-day]")).toHaveText(["Sunday, November 3, 2024", "Saturday, November 2, 2024"]);
});

test("the files have what the screen shows", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Buckle up" });
  const other = await api.createButton(station.id, { title: "Legal ID" });
  for (const day of ["05", "06", "07"]) {
    await recordPlay(api, station.id, { button_id: button.id, pressed_at: `2025-03-${day}T15:00:00Z` });
    await recordPlay(api, station.id, { button_id: other.id, pressed_at: `2025-03-${day}T16:00:00Z` });
  }
  await enter(page, account);
  await page.goto(`/log?button_id=${button.id}&start=2025-03-06&end=2025-03-07`);
  await expect(rows(page)).toHaveCount(2);
  const shown = await rows(page).evaluateAll((all) => all.map((row) => row.getAttribute("data-press")));

  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByRole("menuitem", { name: /CSV/ })).toBeVisible();
  await expectAccessible(page, { within: "[role=menu]" });
  const hrefs = await page
    .getByRole("menuitem")
    .evaluateAll((all) => all.map((item) => (item as HTMLAnchorElement).href));
  // One after the other: nobody is given two files at once.
  const files: string[] = [];
  for (const href of hrefs) files.push(await (await page.request.get(href)).text());
  const [csv, jsonl] = files;

  for (const id of shown) expect(csv).toContain(id);
  expect(csv?.trim().split("\r\n")).toHaveLength(1 + shown.length);
  const lines = (jsonl ?? "").trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(shown);
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("by keyboard from row to row, into a press and back", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const { key } = await createKeyedButton(api, station.id);
  await recordMany(key, 5);
  await enter(page, account);
  await page.goto("/log");
  const links = page.locator("[data-row-link]");
  await expect(links).toHaveCount(5);

  await links.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(2)).toBeFocused();
  await page.keyboard.press("Enter");
  const detail = page.getByRole("dialog");
  await expect(detail).toContainText("Both clocks");
  await expect(detail).toContainText("Sent later");
  await expect(page).toHaveURL(/press=/);
  await page.reload();
  await expect(detail).toContainText("Both clocks");
  await page.keyboard.press("Escape");
  await expect(detail).toBeHidden();
  await expect(page).not.toHaveURL(/press=/);
  await expect(links.nth(2)).toBeFocused();
});

test("pages come while one scrolls down, and come back on the way up", async ({ page }) => {
  await enter(page, product().demo);
  await page.goto("/log");
  await expect(rows(page).first()).toBeVisible();
  const newest = await rows(page).first().getAttribute("data-press");
  const times = () =>
    rows(page)
      .locator("time")
      .evaluateAll((all) => all.map((time) => time.getAttribute("datetime") ?? ""));

  for (let turn = 0; turn < 12; turn++) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect(rows(page).first()).toBeVisible();
    await page.waitForFunction(() => document.body.scrollHeight - scrollY > innerHeight * 2);
  }
  const deep = await times();
  expect(deep).toEqual(deep.toSorted().reverse());
  await expect(page.getByRole("button", { name: "To the newest" })).toBeVisible();
  await page.evaluate(() => scrollTo(0, scrollY - 20_000));
  await expect(rows(page).nth(20)).toBeInViewport();
  await page.getByRole("button", { name: "To the newest" }).click();
  await expect(rows(page).first()).toHaveAttribute("data-press", newest ?? "");
});

test("the log is accessible, full and empty, wide and on a phone; an error says so", async ({ page, expectStatus }) => {
  expectStatus(404);
  const { account, api, station } = await createOwner();
  const { key } = await createKeyedButton(api, station.id);
  await enter(page, account);
  await page.goto("/log");
  await expect(page.getByText("No press yet")).toBeVisible();
  await expectAccessible(page);

  await recordMany(key, 3);
  await expect(rows(page)).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole("button", { name: "All days" }).click();
  await expect(page.getByRole("dialog", { name: "Days" })).toBeVisible();
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(rows(page).first()).toContainText("Studio A");
  await page.locator("[data-row-link]").first().click();
  await expect(page.getByRole("dialog")).toContainText("On the record");
  await expectAccessible(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);

  await keepStreamAway(page);
  await page.route("**/api/v1/presses/?*", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("/log?type=psa");
  await expect(page.getByRole("alert")).toContainText("The server answered with an error (404)");
  await page.unroute("**/api/v1/presses/?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(rows(page)).toHaveCount(3);
});
