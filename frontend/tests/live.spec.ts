import type { BrowserContext, Page, Request } from "@playwright/test";
import type { ButtonPublic, PressPage, StationPublic } from "../src/client";
import { type Api, createMember, createOwner, press } from "./support/api.ts";
import { latestPress } from "./support/presses.ts";
import { type Account, product } from "./support/product.ts";
import { enter, expect, expectAccessible, holdStreamBack, test } from "./support/test.ts";

type Pressed = { account: Account; api: Api; station: StationPublic; button: ButtonPublic; url: string };

/** A station that has had its first press, so that Today shows the list. */
async function createPressedStation({ dedupWindowMs = 0 } = {}): Promise<Pressed> {
  const owner = await createOwner();
  const button = await owner.api.createButton(owner.station.id, { dedup_window_ms: dedupWindowMs });
  const { press_url } = await owner.api.createKey(owner.station.id, button.id, null);
  await press(press_url);
  return { ...owner, button, url: press_url };
}

const rows = (page: Page) => page.getByTestId("press-row");

/** How often a button was pressed, as the list of all buttons tells it. */
const countOf = (page: Page, { title }: ButtonPublic) =>
  page.getByRole("row").filter({ hasText: title }).getByRole("cell").nth(4);

async function openLive(page: Page, account: Account): Promise<void> {
  await enter(page, account);
  await page.goto("/");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await expect(rows(page).first()).toBeVisible();
}

/** The last session of an account: those of its browsers. */
const endSessions = (api: Api): Promise<unknown> => api.call("DELETE", "/users/me/sessions");

async function openSecond(contexts: BrowserContext, account: Account): Promise<Page> {
  const page = await contexts.newPage();
  await openLive(page, account);
  return page;
}

test("a press appears in two browsers by itself, and a void strikes it through in both", async ({
  page,
  browser,
  watchConsole,
}) => {
  const { account, api, station, url } = await createPressedStation();
  const viewer = await createMember(api, station.id, "viewer");
  const context = await browser.newContext({ baseURL: product().url });
  context.on("page", watchConsole);
  await openLive(page, account);
  const other = await openSecond(context, viewer);

  await press(url);

  for (const each of [page, other]) await expect(rows(each)).toHaveCount(2);
  await expect(page.getByTestId("today-count")).toHaveText("2");
  const { id } = await latestPress(api, station.id);
  await api.call("POST", `/presses/${id}/void?station_id=${station.id}`, { reason: "A slip of the hand" });
  for (const each of [page, other]) {
    await expect(each.locator(`[data-press-id="${id}"]`)).toHaveAttribute("data-status", "void");
    await expect(each.locator(`[data-press-id="${id}"] s`)).toHaveText("Buckle up");
  }
  await expect(other.getByTestId("today-count")).toHaveText("1");
  await context.close();
});

test.describe("without a network", () => {
  test.use({ expectedMessages: [/ERR_INTERNET_DISCONNECTED/] });

  test("the banner says so, and after the break nothing is missing and nothing is there twice", async ({
    page,
    context,
  }) => {
    const { account, url } = await createPressedStation();
    await openLive(page, account);

    await context.setOffline(true);
    await press(url);
    await press(url);

    await expect(page.getByTestId("offline")).toContainText("No connection to the server");
    await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "offline");
    await expect(rows(page)).toHaveCount(1);
    await expectAccessible(page);
    await context.setOffline(false);
    await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
    await expect(page.getByTestId("offline")).toBeEmpty();
    await expect(rows(page)).toHaveCount(3);
    await press(url);
    await expect(rows(page)).toHaveCount(4);
    await expect(page.getByTestId("today-count")).toHaveText("4");
  });
});

test("a press between the first answer and the beginning of the stream is not lost", async ({ page }) => {
  const { account, url } = await createPressedStation();
  await enter(page, account);
  let isPressed = false;
  await page.route("**/api/v1/stream?*", async (route) => {
    await expect(rows(page)).toHaveCount(1);
    if (!isPressed) await press(url);
    isPressed = true;
    await route.continue();
  });

  await page.goto("/");

  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByTestId("today-count")).toHaveText("2");
});

test("a server that refuses the stream for a moment is asked again, and the list is there meanwhile", async ({
  page,
  expectStatus,
}) => {
  expectStatus(503);
  const { account, url } = await createPressedStation();
  await enter(page, account);
  let refusals = 0;
  await page.route("**/api/v1/stream?*", async (route) => {
    refusals += 1;
    if (refusals > 2) return route.continue();
    return route.fulfill({ status: 503, headers: { "Retry-After": "1" }, body: "" });
  });

  await page.goto("/");

  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "offline");
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await press(url);
  await expect(rows(page)).toHaveCount(2);
});

const isStream = (request: Request): boolean => new URL(request.url()).pathname === "/api/v1/stream";
const lastEventId = (request: Request): string | null => new URL(request.url()).searchParams.get("last_event_id");
const toStream = (page: Page) => page.waitForRequest(isStream);

test("what changed while the stream was refused is shown once it stands, although it stands for the first time", async ({
  page,
  expectStatus,
}) => {
  expectStatus(503);
  const { account, api, station } = await createPressedStation();
  const deck = await api.createDeck(station.id, "Studio B");
  await enter(page, account);
  await page.clock.install();
  await page.route("**/api/v1/stream?*", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto("/");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "offline");
  await expect(page.getByText("Studio B").first()).toBeVisible();
  await api.call("PATCH", `/decks/${deck.id}?station_id=${station.id}`, {
    test_mode_until: new Date(Date.now() + 3_600_000).toISOString(),
  });

  await page.unrouteAll();
  await page.clock.fastForward(20_000);

  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await expect(page.getByTestId("test-mode")).toContainText("Studio B");
});

test("a tab that nobody looks at gives its stream back, and goes on where it was when somebody does", async ({
  page,
}) => {
  const { account, url } = await createPressedStation();
  await page.clock.install();
  await openLive(page, account);
  const show = (state: "hidden" | "visible") =>
    page.evaluate((value) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);

  const ended = page.waitForEvent("requestfailed", isStream);
  await show("hidden");
  await page.clock.fastForward(21_000);
  await ended;
  await press(url);
  const resumed = toStream(page);
  await show("visible");

  expect(lastEventId(await resumed)).toMatch(/^\d+$/);
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
});

test("a stream that says nothing for 40 seconds is opened anew", async ({ page }) => {
  const { account } = await createPressedStation();
  await page.clock.install();
  await openLive(page, account);

  const again = toStream(page);
  await page.clock.fastForward(46_000);
  await page.clock.runFor(1_000);

  expect(lastEventId(await again)).toMatch(/^\d+$/);
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
});

test("where the record cannot be made up for, everything is fetched anew", async ({ page }) => {
  const { account, url } = await createPressedStation();
  await openLive(page, account);
  await press(url);
  await expect(rows(page)).toHaveCount(2);
  // As if the record had been put back to before what this page has seen.
  await page.route("**/api/v1/stream?*", (route) =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/last_event_id=\d+/, "last_event_id=999999"),
    }),
  );
  await page.route("**/api/v1/presses/?*", async (route) => {
    const answer = await route.fetch();
    const { data, ...rest } = (await answer.json()) as PressPage;
    await route.fulfill({ json: { ...rest, data: data.slice(1) } });
  });

  await page.evaluate(() => window.dispatchEvent(new Event("online")));

  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a login that ends stops the stream, and the next one brings back what was missed", async ({
  page,
  expectStatus,
}) => {
  expectStatus(401);
  const { account, api, url } = await createPressedStation();
  await openLive(page, account);

  await endSessions(api);

  const dialog = page.getByRole("dialog", { name: "You were logged out" });
  await expect(dialog).toBeVisible();
  await expect(page.getByTestId("offline")).toBeEmpty();
  await press(url);
  await dialog.getByTestId("password-input").fill(account.password);
  await dialog.getByTestId("password-input").press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await expect(rows(page)).toHaveCount(2);
});

test("who is no longer a member sees the station no longer", async ({ page, expectStatus }) => {
  expectStatus(404);
  const { api, station } = await createPressedStation();
  const viewer = await createMember(api, station.id, "viewer");
  await openLive(page, viewer);

  const { data } = await api.call<{ data: { user_id: string; role: string }[] }>(
    "GET",
    `/stations/${station.id}/members`,
  );
  const member = data.find(({ role }) => role === "viewer");
  await api.call("DELETE", `/stations/${station.id}/members/${member?.user_id}`);

  await expect(page.getByText("You are not a member of any station")).toBeVisible();
});

test("a deck that changed between the first answer and the beginning of the stream is shown as it is", async ({
  page,
}) => {
  const { account, api, station } = await createPressedStation();
  const deck = await api.createDeck(station.id, "Studio B");
  const testUntil = (test_mode_until: string | null) =>
    api.call("PATCH", `/decks/${deck.id}?station_id=${station.id}`, { test_mode_until });
  await testUntil(new Date(Date.now() + 3_600_000).toISOString());
  await enter(page, account);
  const beginStream = await holdStreamBack(page);
  await page.goto("/");
  await expect(page.getByTestId("test-mode")).toContainText("Studio B");

  await testUntil(null);
  beginStream();

  await expect(page.getByTestId("test-mode")).toBeEmpty();
});

test("counts that changed between the first answer and the beginning of the stream are shown as they are", async ({
  page,
}) => {
  const { account, button, url } = await createPressedStation();
  await enter(page, account);
  const beginStream = await holdStreamBack(page);
  await page.goto("/buttons");
  const count = countOf(page, button);
  await expect(count).toHaveText("1");

  await press(url);
  beginStream();

  await expect(count).toHaveText("2");
});

test("counts that were fetched for a link somebody points at are shown as they are once it is followed", async ({
  page,
}) => {
  const { account, button, url } = await createPressedStation();
  await openLive(page, account);
  const link = page.getByRole("link", { name: "Buttons" }).first();
  const isList = (address: string) => new URL(address).searchParams.get("sort") === "title";
  const [answer] = await Promise.all([page.waitForResponse((response) => isList(response.url())), link.hover()]);
  await answer.finished();

  await press(url);
  await expect(rows(page)).toHaveCount(2);
  await link.click();

  await expect(countOf(page, button)).toHaveText("2");
});

test("test mode is said on every screen while it lasts", async ({ page }) => {
  const { account, api, station, button } = await createPressedStation();
  const deck = await api.createDeck(station.id, "Studio B");
  const { press_url } = await api.createKey(station.id, button.id, deck.id);
  const testUntil = (test_mode_until: string | null) =>
    api.call("PATCH", `/decks/${deck.id}?station_id=${station.id}`, { test_mode_until });
  await openLive(page, account);

  await testUntil(new Date(Date.now() + 3_600_000).toISOString());

  const banner = page.getByTestId("test-mode");
  await expect(banner).toContainText("Test mode: presses of Studio B do not count until");
  await press(press_url);
  await expect(rows(page).first()).toHaveAttribute("data-status", "test");
  await expectAccessible(page);
  for (const path of ["/buttons", "/log", "/insights", "/station", "/settings"]) {
    await page.goto(path);
    await expect(banner).toContainText("Studio B");
  }
  await testUntil(null);
  await expect(banner).toBeEmpty();
});
