import type {
  GapPublic,
  OldAddressKeysPublic,
  PressPublic,
  TimeseriesPublic,
  UnusedPublic,
  WatchesPublic,
} from "../src/client";
import { mergePresses } from "../src/features/today/latest.ts";
import { compareWithUsual } from "../src/features/today/usual.ts";
import { groupWeekdays, spansOf } from "../src/lib/deck-state.ts";
import { createMember, createOwner, press } from "./support/api.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, keepStreamAway, test } from "./support/test.ts";

const DAY_MS = 86_400_000;
const inDays = (count: number): string => new Date(Date.now() + count * DAY_MS).toISOString().slice(0, 10);

test("Today shows the day, what is usual, the latest presses and the decks, and nothing jumps", async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await enter(page, product().demo);

  await page.goto("/");

  const day = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", dateStyle: "full" }).format();
  await expect(page.getByText(day)).toBeVisible();
  await expect(page.getByText("Welcome back, nice to see you again!")).toBeVisible();
  await expect(page.getByText(/than usual by now|As many as usual by now/)).toBeVisible();
  await expect(page.getByText(/Usual is the average of the last 4 recorded/)).toBeVisible();
  await expect(page.getByRole("table", { name: "Presses by hour" }).getByRole("row")).toHaveCount(25);
  await expect(page.getByTestId("press-row")).toHaveCount(20);
  await expect(page.getByTestId("deck")).toHaveCount(2);
  // The studio's deck always has some; that of production is now and then too seldom used.
  const studio = page.getByTestId("deck").filter({ hasText: "Studio A" });
  await studio.getByText("Usual hours").click();
  await expect(studio.getByRole("definition").first()).toBeVisible();
  await expectAccessible(page);
  expect(
    await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0)),
  ).toBeLessThan(0.05);
});

test("Today fits a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, product().demo);

  await page.goto("/");

  await expect(page.getByTestId("press-row")).toHaveCount(10);
  await expect(page.getByTestId("attention")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await expectAccessible(page);
});

test("an empty station leads to its first press, by keyboard", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/");
  const step = (number: number) => page.getByTestId(`guide-step-${number}`);

  await page.getByLabel("Title").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("A button needs a title")).toBeVisible();
  await page.keyboard.type("Hug a neighbour");
  await expectAccessible(page);
  await page.keyboard.press("Enter");

  await expect(step(1)).toHaveAttribute("data-done", "true");
  await expect(step(2)).toHaveAttribute("data-done", "false");
  await expect(page.getByText("Waiting for the first press")).toBeVisible();
  const url = await page.getByLabel("Press URL").inputValue();
  expect(url).toContain("/p/");
  await step(2).getByRole("button", { name: "Copy" }).press("Enter");
  await expect(step(2).getByText("Copied")).toBeAttached();
  await expectAccessible(page);

  // A link preview shows that the URL works, and is nobody's press.
  await fetch(url, { headers: { "User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)" } });
  await expect(page.getByText("The URL was opened as a link preview")).toBeVisible();
  await press(url);

  for (const number of [2, 3, 4, 5]) await expect(step(number)).toHaveAttribute("data-done", "true");
  await expect(step(5)).toContainText("“Hug a neighbour”");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Go on to Today" }).press("Enter");
  await expect(page.getByTestId("today-count")).toHaveText("1");
  // Alone, or one sentence of two.
  await expect(page.getByText(/^What is usual is known after a whole \w+day($|\. \d)/)).toBeVisible();
  await expect(page.getByTestId("press-row")).toHaveCount(2);
  await page.reload();
  await expect(page.getByTestId("press-row")).toHaveCount(2);
  await expect(step(1)).toBeHidden();
});

test("a station with a past is led to no first press, however often its links were previewed", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const { press_url } = await api.createButton(station.id, { type: "sound_effect", color: "#102030" });
  await press(press_url ?? "");
  const preview = { headers: { "User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)" } };
  await Promise.all(Array.from({ length: 30 }, () => fetch(press_url ?? "", preview)));
  await enter(page, account);

  await page.goto("/");

  await expect(page.getByTestId("today-count")).toHaveText("1");
  const latest = page.getByTestId("press-row").first();
  await expect(latest).toContainText("Sound effect");
  await expect(latest.locator("[aria-hidden]").first()).toHaveCSS("background-color", "rgb(16, 32, 48)");
});

test("a viewer of an empty station is told whose turn it is", async ({ page }) => {
  const { api, station } = await createOwner();
  const viewer = await createMember(api, station.id, "viewer");
  await enter(page, viewer);

  await page.goto("/");

  await expect(page.getByTestId("guide-step-1")).toContainText("An editor or owner of the station can do this.");
  await expect(page.getByRole("button", { name: "Make the button" })).toHaveCount(0);
});

test("what needs attention is named, each with the way to it", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Pledge drive", ends_on: inDays(-3) });
  await api.createButton(station.id, { title: "Winter fair", ends_on: inDays(3) });
  await api.createButton(station.id, { title: "Next summer", ends_on: inDays(200) });
  const deck = await api.createDeck(station.id, "Studio B");
  const { press_url } = await api.createKey(station.id, button.id, deck.id);
  await api.call("PATCH", `/decks/${deck.id}?station_id=${station.id}`, {
    test_mode_until: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await press(press_url);
  const now = new Date();
  const gap: GapPublic = {
    started_at: new Date(now.getTime() - 1_800_000).toISOString(),
    ended_at: new Date(now.getTime() - 1_000).toISOString(),
  };
  const watches: WatchesPublic = { data: [gap], count: 1, start: gap.started_at, end: now.toISOString() };
  // What takes a change of address, sixty days, or a server that stood still, is told by the answers that would tell it.
  await page.route("**/api/v1/watches/*", (route) => route.fulfill({ json: watches }));
  await page.route("**/api/v1/stats/unused*", (route) => route.fulfill({ json: unusedOf("Old jingle", 5) }));
  await page.route("**/api/v1/keys/old-addresses*", (route) => route.fulfill({ json: oldAddressOf(button.id) }));
  await enter(page, account);

  await page.goto("/");

  const item = (text: string) => page.getByTestId("attention-item").filter({ hasText: text });
  await expect(item("Studio B is in test mode").getByRole("link")).toHaveAttribute("href", "/station?tab=decks");
  await expect(item("1 button is past its last day")).toContainText("Pledge drive");
  await expect(item("1 button ends within a week")).toContainText("Winter fair");
  await expect(item("5 buttons were not used for 60 days")).toContainText("Old jingle and 4 others");
  await expect(item("5 buttons").getByRole("link")).toHaveAttribute("href", "/insights?tab=unused&days=60");
  await expect(item("1 key still calls an old address").getByRole("link")).toHaveAttribute(
    "href",
    "/station?tab=addresses",
  );
  const missed = item("Not recording").getByRole("link", { name: "Add missed plays" });
  await expect(missed).toBeVisible();
  const target = new URL((await missed.getAttribute("href")) ?? "", page.url());
  expect(target.pathname).toBe("/log");
  expect(target.searchParams.get("add")).toBe("true");
  expect(target.searchParams.get("from")).toContain(gap.started_at);
  await expect(page.getByText("Next summer")).toHaveCount(0);
  await expectAccessible(page);
});

test("Today that stays open on a wall learns of what was changed elsewhere", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id);
  const { press_url } = await api.createKey(station.id, button.id, null);
  await press(press_url);
  await enter(page, account);
  await page.clock.install();
  await keepStreamAway(page);
  await page.goto("/");
  await expect(page.getByText("Nothing needs attention")).toBeVisible();

  await api.createButton(station.id, { title: "Winter fair", ends_on: inDays(3) });
  const asked = ["/api/v1/stats/unused", "/api/v1/stats/timeseries"].map((path) =>
    page.waitForRequest((request) => new URL(request.url()).pathname === path),
  );
  await page.clock.fastForward("10:01");

  await expect(page.getByTestId("attention-item")).toContainText("Winter fair");
  await Promise.all(asked);
});

test("a viewer is not led to what they may not do", async ({ page }) => {
  const { api, station } = await createOwner();
  const button = await api.createButton(station.id);
  const { press_url } = await api.createKey(station.id, button.id, null);
  await press(press_url);
  await enter(page, await createMember(api, station.id, "viewer"));
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));

  await page.goto("/");

  await expect(page.getByText("Nothing needs attention")).toBeVisible();
  await expect(page.getByText("No decks yet")).toBeVisible();
  expect(asked.filter((url) => url.includes("old-addresses"))).toEqual([]);
});

test("each deck tells how it is doing", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id);
  const heard = await api.createDeck(station.id, "A heard");
  const silent = await api.createDeck(station.id, "B never heard");
  await api.createDeck(station.id, "C without keys");
  await api.createKey(station.id, button.id, silent.id);
  const { press_url } = await api.createKey(station.id, button.id, heard.id);
  await press(press_url);
  await enter(page, account);

  await page.goto("/");

  const decks = page.getByTestId("deck");
  await expect(decks.nth(0)).toHaveAttribute("data-state", "heard");
  await expect(decks.nth(0)).toContainText("Last heard now");
  await expect(decks.nth(1)).toContainText("Never heard");
  await expect(decks.nth(2)).toContainText("Unreachable");
  await expect(decks.nth(2)).toContainText("no active press key");
});

test("what cannot be fetched says so, and is fetched on demand", async ({ page, expectStatus }) => {
  expectStatus(403);
  await enter(page, product().demo);
  await keepStreamAway(page);
  const refuse = { status: 403, json: { status: 403, code: "forbidden", detail: "Not now.", title: "", type: "" } };
  await page.route("**/api/v1/stats/timeseries*", (route) => route.fulfill(refuse));
  await page.route("**/api/v1/presses/?*", (route) => route.fulfill(refuse));

  await page.goto("/");

  await expect(page.getByRole("alert")).toHaveCount(2);
  await expect(page.getByRole("alert").first()).toContainText("Not now.");
  await page.unroute("**/api/v1/stats/timeseries*");
  await page.unroute("**/api/v1/presses/?*");
  await page.getByRole("button", { name: "Try again" }).first().click();
  await expect(page.getByTestId("today-count")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByTestId("press-row")).toHaveCount(20);
});

test("usual is the average of the same weekday, without hours that were not recorded whole", () => {
  const today = hoursOf("2026-11-26", [["2026-11-26", [5, null, 2]]], { at: "2026-11-26T02:15:00Z" });
  const before = hoursOf("2026-10-29", [
    ["2026-11-12", [2, 4, 8]],
    ["2026-11-18", [90, 90, 90]],
    ["2026-11-19", [4, null, 4]],
  ]);

  const usual = compareWithUsual(today, before);

  expect(usual.hours.slice(0, 4).map(({ pressCount, usualCount }) => [pressCount, usualCount])).toEqual([
    [5, 3],
    [null, 4],
    [2, 6],
    [null, null],
  ]);
  expect(usual.dayCount).toBe(2);
  // A quarter of the hour that goes on.
  expect(usual.byNow).toBe(3 + 4 + 6 / 4);
});

test("an hour that a clock shows twice is one hour", () => {
  const today = hoursOf("2026-11-08", [["2026-11-08", [1]]], { at: "2026-11-08T01:00:00Z" });
  const before = hoursOf("2026-10-11", [["2026-11-01", [3]]]);
  const [hour] = before.buckets;
  if (hour !== undefined) before.buckets.push(hour);
  before.series[0]?.counts.push(5);

  expect(compareWithUsual(today, before).hours[0]?.usualCount).toBe(8);
});

test("a press is listed once, by what was told of it last", () => {
  const one = pressOf("a", { seq: 1, pressed_at: "2026-11-26T10:00:00Z" });
  const late = pressOf("b", { seq: 3, pressed_at: "2026-11-26T09:00:00Z" });
  const corrected = { ...one, status: "void" as const, corrections: [{ seq: 4 }] } as PressPublic;

  expect(mergePresses([one, late], [corrected], 5)).toEqual([corrected, late]);
  expect(mergePresses([corrected], [one], 5)).toEqual([corrected]);
  expect(mergePresses([one], [late], 1)).toEqual([one]);
});

test("usual hours are told as spans, and alike weekdays together", () => {
  expect(spansOf([7, 6, 8, 15, 23])).toEqual([
    { start: 6, end: 9 },
    { start: 15, end: 16 },
    { start: 23, end: 24 },
  ]);
  expect(groupWeekdays([[6], [6], [], [6], [7], [], []])).toEqual([
    { first: 0, last: 1, hours: [6] },
    { first: 3, last: 3, hours: [6] },
    { first: 4, last: 4, hours: [7] },
  ]);
});

/** Hours of some days from midnight on, in UTC; null is an hour without a record. */
function hoursOf(
  start: string,
  days: [day: string, counts: (number | null)[]][],
  { at = "2026-11-26T12:00:00Z" } = {},
): TimeseriesPublic {
  const hours = days.flatMap(([day, counts]) => counts.map((count, hour) => ({ day, hour, count })));
  const startOf = (day: string, hour: number) => new Date(Date.parse(day) + hour * 3_600_000).toISOString();
  return {
    at,
    zone: "UTC",
    bucket: "hour",
    by: "station",
    start,
    end: start,
    series_count: 1,
    buckets: hours.map(({ day, hour, count }) => ({
      label: `${day} ${String(hour).padStart(2, "0")}:00`,
      starts_at: startOf(day, hour),
      ends_at: startOf(day, hour + 1),
      not_recording_s: count === null ? 3_600 : 0,
    })),
    series: [{ key: "station", title: "Station", total: 0, counts: hours.map(({ count }) => count) }],
  };
}

const pressOf = (id: string, press: Partial<PressPublic>): PressPublic =>
  ({ id, status: "counted", corrections: [], ...press }) as PressPublic;

function unusedOf(title: string, count: number): UnusedPublic {
  const button = { id: crypto.randomUUID(), title, type: "psa", color: null, retired_at: null };
  const used = { created_at: "2026-01-01T00:00:00Z", usage_count: 0, first_used_at: null, last_used_at: null };
  return { since: "2026-09-01T00:00:00Z", count, data: [{ button, ...used }] };
}

function oldAddressOf(buttonId: string): OldAddressKeysPublic {
  const key = { key_id: crypto.randomUUID(), key_prefix: "abcdef", button_id: buttonId, button_title: "Buckle up" };
  const urls = { old_url: "http://old.example/p/abcdef", press_url: "http://new.example/p/abcdef" };
  const times = { created_at: "2026-01-01T00:00:00Z", last_called_at: null, last_heard_at: null };
  const called = { ...key, ...urls, ...times, deck: null, state: "called" as const };
  const data = [called, { ...called, state: "never_heard" as const }];
  return { changed_at: "2026-11-01T00:00:00Z", public_url: "http://new.example", count: 2, data };
}
