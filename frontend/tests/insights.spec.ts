import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import type {
  CalendarPublic,
  HeatmapPublic,
  StationPublic,
  TimeseriesPublic,
  TopPublic,
  UnusedPublic,
} from "../src/client";
import { typeName } from "../src/lib/type-name.ts";
import { Api, createMember, createOwner, press } from "./support/api.ts";
import { chartFiles } from "./support/build.ts";
import { createOwnDemo } from "./support/own-demo.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, keepStreamAway, test } from "./support/test.ts";

const TABS = ["top", "trend", "hours", "calendar", "compare", "unused"] as const;
// Days that are over, in the middle of the demo station's record.
const PAST = { start: addDays(today(), -60), end: addDays(today(), -30) };

function today(zone = "America/New_York"): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date());
}

function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** Nov 26, 2026 */
const dateText = (day: string): string =>
  new Intl.DateTimeFormat("en-US", { timeZone: "UTC", dateStyle: "medium" }).format(new Date(day));

const number = (count: number): string => new Intl.NumberFormat("en-US").format(count);

/** Asks the API what the screen should show. */
async function asker(api: Api, station?: StationPublic) {
  const { data } = await api.call<{ data: StationPublic[] }>("GET", "/stations/");
  const id = (station ?? data[0])?.id;
  return <Answer>(room: string, query: Record<string, string | number> = {}): Promise<Answer> => {
    const asked = Object.entries({ ...query, station_id: id }).map(([name, value]) => [name, String(value)]);
    return api.call("GET", `/stats/${room}?${new URLSearchParams(asked)}`);
  };
}

async function openDemo(page: Page, query: string) {
  await enter(page, product().demo);
  await page.goto(`/insights?${query}`);
  return asker(await Api.as(product().demo));
}

const card = (page: Page, name: string | RegExp): Locator => page.getByRole("region", { name, exact: true }).first();

const choice = (page: Page, name: string): Locator => page.getByRole("combobox", { name, exact: true });

/** The cells of a table, below its header. */
const cellsOf = (table: Locator): Promise<string[][]> =>
  table
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));

async function saveCsv(page: Page, from: Locator, name: RegExp): Promise<string[][]> {
  const saved = page.waitForEvent("download");
  await from.getByRole("button", { name }).click();
  const path = await (await saved).path();
  const text = (await readFile(path, "utf-8")).replace("\uFEFF", "").trimEnd();
  return text.split("\r\n").map(csvCells);
}

/** The cells of a line of CSV, as RFC 4180 has them. */
function csvCells(line: string): string[] {
  const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return cells.slice(0, line.endsWith(",") ? undefined : -1).map((cell) =>
    cell
      .replace(/,$/, "")
      .replace(/^"(.*)"$/, "$1")
      .replaceAll('""', '"'),
  );
}

test("the most used, falling and rising buttons are the API's, with the change in words and numbers", async ({
  page,
}) => {
  const ask = await openDemo(page, `start=${PAST.start}&end=${PAST.end}`);

  for (const [order, title] of [
    ["most", "Most used"],
    ["declining", "Falling"],
    ["rising", "Rising"],
  ] as const) {
    const top = await ask<TopPublic>("top", { ...PAST, order, limit: 10 });
    const wanted = top.data.filter(
      ({ difference }) => order === "most" || (order === "declining" ? difference < 0 : difference > 0),
    );
    expect(wanted.length).toBeGreaterThan(0);
    const items = card(page, title).getByRole("listitem");
    await expect(items).toHaveCount(wanted.length);
    for (const [place, { button, press_count, before_count }] of wanted.entries()) {
      const item = items.nth(place);
      await expect(item.getByRole("link", { name: button.title })).toBeVisible();
      await expect(item).toContainText(number(press_count));
      if (press_count > before_count && before_count > 0) {
        await expect(item).toContainText(`Rose by ${number(press_count - before_count)}`);
      }
      if (press_count < before_count && press_count > 0) {
        await expect(item).toContainText(`Fell by ${number(before_count - press_count)}`);
      }
    }
  }

  const falling = card(page, "Falling");
  await falling.getByRole("button", { name: "Table" }).click();
  const top = await ask<TopPublic>("top", { ...PAST, order: "declining", limit: 10 });
  const first = top.data[0];
  await expect(falling.getByRole("row").nth(1)).toContainText(
    `${first?.button.title}${typeName(first?.button.type ?? "")}${number(first?.press_count ?? 0)}${number(first?.before_count ?? 0)}`,
  );
  const csv = await saveCsv(page, falling, /CSV/);
  expect(csv[1]?.slice(0, 5)).toEqual(
    [first?.button.title, first?.button.type, first?.press_count, first?.before_count, first?.difference].map(String),
  );

  await falling.getByRole("link", { name: first?.button.title ?? "" }).click();
  await page.waitForURL((url) => url.pathname === `/buttons/${first?.button.id}`);
});

test("a chart over time, its table and its CSV have the API's numbers", async ({ page }) => {
  const ask = await openDemo(page, `tab=trend&bucket=week&start=${PAST.start}&end=${PAST.end}`);
  const found = await ask<TimeseriesPublic>("timeseries", { ...PAST, bucket: "week", by: "type", limit: 8 });
  const byType = card(page, "By type");

  await expect(byType.locator(".recharts-line-curve")).toHaveCount(found.series.length);
  for (const { title, total } of found.series) {
    await expect(byType.getByRole("button", { name: `${typeName(title)} ${number(total)}` })).toBeVisible();
  }
  // By keyboard, the numbers of one week after the other.
  const chart = byType.getByRole("application");
  await expect(chart).toHaveAccessibleName(/By type/);
  await chart.focus();
  await chart.press("ArrowRight");
  const tooltip = byType.locator(".recharts-tooltip-wrapper");
  for (const { title, counts } of found.series) {
    await expect(tooltip.getByRole("listitem").filter({ hasText: typeName(title) })).toContainText(
      number(counts[1] ?? 0),
    );
  }

  await byType.getByRole("button", { name: "Table" }).focus();
  await page.keyboard.press("Enter");
  const table = await cellsOf(byType.getByRole("table"));
  expect(table.map((row) => row.slice(1, -1))).toEqual(
    found.buckets.map((_, place) => found.series.map(({ counts }) => number(counts[place] ?? 0))),
  );
  const csv = await saveCsv(page, byType, /CSV/);
  expect(csv[0]).toEqual(["Week", ...found.series.map(({ title }) => title), "Not recording (seconds)"]);
  expect(csv.slice(1)).toEqual(
    found.buckets.map(({ label, not_recording_s }, place) =>
      [label, ...found.series.map(({ counts }) => counts[place]), not_recording_s].map(String),
    ),
  );
});

test("tab, days, interval and filters are in the address, and outlive a reload", async ({ page }) => {
  await openDemo(page, "");

  await page.getByRole("tab", { name: "Trend" }).click();
  await choice(page, "Days").click();
  await page.getByRole("option", { name: "Chosen days" }).click();
  await page.getByLabel("First day").fill(PAST.start);
  await page.getByLabel("Last day").fill(addDays(PAST.end, -1));
  await choice(page, "Interval").click();
  await page.getByRole("option", { name: "Month" }).click();
  await choice(page, "Type").click();
  await page.getByRole("option", { name: "PSA" }).click();

  const said = () => Object.fromEntries(new URL(page.url()).searchParams);
  await expect.poll(said).toEqual({ tab: "trend", ...PAST, bucket: "month", type: "psa" });
  await page.reload();
  await expect(page.getByRole("tab", { name: "Trend" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByLabel("Last day")).toHaveValue(addDays(PAST.end, -1));
  await expect(choice(page, "Type")).toContainText("PSA");
  await expect(card(page, "By type").getByRole("listitem")).toHaveCount(1);

  // No count says which button was pressed on which deck: choosing a deck takes the type off.
  await choice(page, "Deck").click();
  await page.getByRole("option").nth(1).click();
  await expect.poll(said).not.toHaveProperty("type");
  await expect(card(page, "By deck").locator(".recharts-line-curve").first()).toBeAttached();
  await page.goBack();
  await expect.poll(said).toHaveProperty("type", "psa");

  // What makes no sense changes nothing, and says why.
  await page.getByLabel("First day").fill(addDays(PAST.end, 10));
  await expect(page.getByText("The first day must come before the last one")).toBeVisible();
  expect(said()).toHaveProperty("start", PAST.start);
});

test("what draws lines is fetched with the first chart, and on no other screen", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname.slice(1)));
  const isFetched = () => chartFiles().some((file) => fetched.includes(file));
  await enter(page, product().demo);

  for (const [path, title] of [
    ["/", "Today"],
    ["/log", "Log"],
    ["/insights", "Insights"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    await page.waitForLoadState("load");
    expect(isFetched()).toBe(false);
  }
  await page.getByRole("tab", { name: "Trend" }).click();
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  expect(isFetched()).toBe(true);
});

test("weekdays by hour and the calendar show the API's counts, and arrow keys walk through them", async ({ page }) => {
  const ask = await openDemo(page, `tab=hours&start=${addDays(PAST.end, -28)}&end=${PAST.end}`);
  const heatmap = await ask<HeatmapPublic>("heatmap", { start: addDays(PAST.end, -28), end: PAST.end });
  const countsOf = (grid: Locator) =>
    grid.getByRole("gridcell").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-count")));
  const grid = page.getByRole("grid");
  await expect(grid).toBeVisible();
  expect(await countsOf(grid)).toEqual(heatmap.counts.flat().map((count) => String(count ?? "unknown")));

  await grid.getByRole("gridcell").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("readout")).toContainText("Tuesday, 1 AM to 2 AM");
  await expect(grid.getByRole("gridcell", { name: /^Tuesday, 1 AM/ })).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByTestId("readout")).toContainText("Tuesday, 11 PM to 12 AM");

  const hours = card(page, "Presses by weekday and hour");
  await hours.getByRole("button", { name: "Table" }).click();
  expect((await cellsOf(hours.getByRole("table")))[8]?.slice(1)).toEqual(
    heatmap.counts.map((counts) => number(counts[8] ?? 0)),
  );

  await page.getByRole("tab", { name: "Calendar" }).click();
  const calendar = await ask<CalendarPublic>("calendar");
  await expect(page.getByRole("grid")).toBeVisible();
  for (const { day, press_count } of calendar.days.slice(-40, -1)) {
    const square = page.getByRole("gridcell", { name: dateText(day) });
    await expect(square).toHaveAttribute("data-count", String(press_count ?? "unknown"));
  }
  await page.getByRole("button", { name: "The year before" }).click();
  await expect(page.getByRole("heading", { name: `Presses by day, ${calendar.year - 1}` })).toBeVisible();
  expect(page.url()).toContain(`year=${calendar.year - 1}`);
});

test("a square of the calendar leads to the log of its day, by mouse, key and finger", async ({ page }) => {
  const day = today();
  const weekBefore = addDays(day, -7);
  const square = page.getByRole("gridcell", { name: dateText(day) }).getByRole("link");
  const isLogOf = (wanted: string) => (url: URL) =>
    url.pathname === "/log" && url.searchParams.get("start") === wanted && url.searchParams.get("end") === wanted;
  await openDemo(page, "tab=calendar&type=psa");

  await square.click();
  await page.waitForURL(isLogOf(day));
  expect(new URL(page.url()).searchParams.get("type")).toBe("psa");
  await expect(page.getByRole("button", { name: "The day after" })).toBeVisible();

  await page.goBack();
  await square.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  // In the first week of a year there is no square to the left.
  await page.waitForURL(isLogOf(weekBefore.slice(0, 4) === day.slice(0, 4) ? weekBefore : day));

  // A finger covers more than one square, so it is told first which one it met.
  await page.goBack();
  await expect(square).toBeVisible();
  await square.dispatchEvent("pointerdown", { pointerType: "touch" });
  await square.dispatchEvent("click", { detail: 1 });
  await expect(page.getByTestId("readout")).toContainText(dateText(day));
  expect(new URL(page.url()).pathname).toBe("/insights");
  await expect(page.getByText("In the log")).toHaveAttribute("href", new RegExp(`/log\\?.*start=${day}`));
});

test("what was not recorded is never shown as none", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "First of all" });
  const key = await api.createKey(station.id, button.id, null);
  await press(key.press_url);
  await enter(page, account);

  await page.goto("/insights?tab=trend");
  const byType = card(page, "By type");
  await expect(byType.locator(".recharts-surface")).toBeVisible();
  await expect(byType).toContainText("Not recording for");
  await byType.getByRole("button", { name: "Table" }).click();
  const table = await cellsOf(byType.getByRole("table"));
  expect(table).toHaveLength(28);
  expect(table.slice(0, -1).map((row) => row[1])).toEqual(Array.from({ length: 27 }, () => "not recorded"));
  expect(table.at(-1)?.[1]).toBe("1");
  expect(table.at(-1)?.[0]).toContain("so far");
  const csv = await saveCsv(page, byType, /CSV/);
  expect(csv.slice(1, -1).every((row) => row[1] === "")).toBe(true);

  await page.getByRole("tab", { name: "Calendar" }).click();
  await expect(page.getByRole("gridcell", { name: dateText(today()) })).toHaveAttribute("data-count", "1");
  await expect(page.locator('[role="gridcell"][data-count="0"]')).toHaveCount(0);

  await page.getByRole("tab", { name: "Most used" }).click();
  await expect(card(page, "Most used").getByRole("listitem")).toContainText("nothing to compare with");
  await expect(card(page, "Rising")).toContainText("Nothing to compare with");

  await page.getByRole("tab", { name: "Compare" }).click();
  await expect(page.getByTestId("total-now")).toContainText("not recorded");
  await expect(page.getByTestId("total-before")).toContainText("not recorded");
  await expect(card(page, "Day by day")).toContainText("Nothing was recorded in these days");
});

test("a comparison shows both spans in all, by type and by button", async ({ page }) => {
  const before = { start: addDays(PAST.start, -30), end: PAST.start };
  const ask = await openDemo(
    page,
    `tab=compare&vs=chosen&start=${PAST.start}&end=${PAST.end}&before_start=${before.start}&before_end=${before.end}`,
  );
  const spans = [PAST, before];
  const [all, types, tops] = await Promise.all([
    Promise.all(spans.map((span) => ask<TimeseriesPublic>("timeseries", { ...span, by: "station" }))),
    Promise.all(spans.map((span) => ask<TimeseriesPublic>("timeseries", { ...span, by: "type", limit: 50 }))),
    Promise.all(spans.map((span) => ask<TopPublic>("top", { ...span, state: "all", limit: 200 }))),
  ]);

  await expect(page.getByTestId("total-now")).toContainText(number(all[0]?.series[0]?.total ?? -1));
  await expect(page.getByTestId("total-before")).toContainText(number(all[1]?.series[0]?.total ?? -1));
  for (const { title, total } of types[0]?.series ?? []) {
    const item = card(page, "By type")
      .getByRole("listitem")
      .filter({ hasText: typeName(title) });
    await expect(item).toContainText(number(total));
  }
  const counts = tops.map((top) => new Map(top.data.map((row) => [row.button.title, row.press_count])));
  const differences = [...new Set(counts.flatMap((each) => [...each.keys()]))].map(
    (title) => (counts[0]?.get(title) ?? 0) - (counts[1]?.get(title) ?? 0),
  );
  const fell = card(page, "Fell most");
  await fell.getByRole("button", { name: "Table" }).click();
  const most = Math.min(...differences);
  await expect(fell.getByRole("row").nth(1)).toContainText(new RegExp(`[-−]${number(-most)}`));

  await choice(page, "Compare").click();
  await page.getByRole("option", { name: "Last month with the one before" }).click();
  await expect(page.getByText("Whole months.")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("vs")).toBe("last-month");
});

test("a button that nobody uses is retired right there, and taken back", async ({ page, expectStatus }) => {
  expectStatus(403);
  test.setTimeout(60_000);
  const account = await createOwnDemo();
  const api = await Api.as(account);
  const ask = await asker(api);
  const unused = await ask<UnusedPublic>("unused", { days: 7, limit: 200 });
  const buttons = unused.data.map(({ button }) => button);
  const [first, second] = buttons;
  // How many there are depends on the day, and on the station's name.
  const firstOfLastPage = buttons[25 * Math.floor((buttons.length - 1) / 25)];
  if (first === undefined || second === undefined || firstOfLastPage === undefined)
    throw new Error("The demo station has no unused buttons.");
  await enter(page, account);

  await page.goto("/insights?tab=unused");
  await page.getByLabel("Not used for").fill("7");
  await expect.poll(() => page.url()).toContain("days=7");
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(page.getByRole("status").filter({ hasText: `of ${unused.count}` })).toBeVisible();
  await expect(rows.first()).toContainText(first.title);

  const retire = page.getByRole("button", { name: `Retire ${first.title}`, exact: true });
  await retire.focus();
  await page.keyboard.press("Enter");
  await expect(retire).toHaveCount(0);
  await expect(page.getByRole("button", { name: `Retire ${second.title}`, exact: true })).toBeFocused();
  await expect.poll(async () => (await ask<UnusedPublic>("unused", { days: 7 })).count).toBe(unused.count - 1);

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(retire).toBeVisible();
  expect((await ask<UnusedPublic>("unused", { days: 7 })).count).toBe(unused.count);

  // Refused, it returns and says so.
  await page.route("**/retire*", (route) => route.fulfill({ status: 403, json: { code: "x", detail: "Not today." } }));
  await retire.click();
  await expect(page.getByText("Not today.")).toBeVisible();
  await expect(retire).toBeVisible();

  const { data } = await api.call<{ data: StationPublic[] }>("GET", "/stations/");
  const viewer = await createMember(api, data[0]?.id ?? "", "viewer");
  await enter(page, viewer);
  // An address may name a page that is not there any more.
  await page.goto("/insights?tab=unused&days=7&page=9");
  await expect(rows.first()).toContainText(firstOfLastPage.title);
  await expect(page.getByRole("button", { name: /^Retire/ })).toHaveCount(0);
});

test("a station without presses says so, and a chart that fails offers another try", async ({ page, expectStatus }) => {
  expectStatus(409);
  const { account } = await createOwner();
  await enter(page, account);
  await keepStreamAway(page);

  await page.goto("/insights");
  await expect(card(page, "Most used")).toContainText("This station has no presses yet");
  await page.getByRole("tab", { name: "What to replace" }).click();
  await expect(page.getByText("Every button is in use")).toBeVisible();

  await page.route("**/stats/calendar*", (route) =>
    route.fulfill({ status: 409, json: { code: "x", detail: "Not just now." } }),
  );
  await page.getByRole("tab", { name: "Calendar" }).click();
  const calendar = card(page, /^Presses by day/);
  await expect(calendar.getByRole("alert")).toContainText("Not just now.");
  await page.unroute("**/stats/calendar*");
  await calendar.getByRole("button", { name: "Try again" }).click();
  await expect(calendar).toContainText("This station has no presses yet");
});

test("on a phone nothing is wider than the screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openDemo(page, "");

  for (const tab of TABS) {
    await page.goto(`/insights?tab=${tab}${tab === "unused" ? "&days=1" : ""}`);
    await expect(page.getByRole("tab", { selected: true })).toBeInViewport();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, tab).toBeLessThanOrEqual(390);
  }
  await page.goto("/insights?tab=hours");
  // Hours below each other, so that a finger meets a square.
  await expect(page.getByRole("rowheader")).toHaveCount(24);
  await page.getByRole("gridcell").nth(9).click();
  await expect(page.getByTestId("readout")).toContainText("Wednesday, 1 AM to 2 AM");
});

for (const tab of TABS) {
  test(`${tab} is accessible`, async ({ page }) => {
    // Each of a calendar's 365 squares is looked at by each rule.
    test.slow(tab === "calendar" || tab === "hours");
    await openDemo(page, `tab=${tab}${tab === "unused" ? "&days=1" : ""}`);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    if (tab === "trend") await expect(page.locator(".recharts-surface").first()).toBeVisible();
    await expectAccessible(page);
  });
}

test("a table in place of a chart is accessible", async ({ page }) => {
  await openDemo(page, "tab=trend");
  for (const name of ["By type", "All presses"]) await card(page, name).getByRole("button", { name: "Table" }).click();
  await expect(page.getByRole("table")).toHaveCount(2);
  await expectAccessible(page);
});
