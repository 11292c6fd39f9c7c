import type { Page } from "@playwright/test";
import type { PressKeysPublic } from "../src/client";
import { createMember, createOwner, press } from "./support/api.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, keepStreamAway, test } from "./support/test.ts";

const rowOf = (page: Page, title: string) => page.getByRole("row").filter({ hasText: title });
const titles = (page: Page) => page.locator("tbody tr").getByRole("link");

async function choose(page: Page, title: string, action: string) {
  await page.getByRole("button", { name: `Actions for ${title}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("on plain http a new button's press URL is copied with one click, and a press of it counts", async ({ page }) => {
  const { account, station } = await createOwner();
  await page.goto(`${product().studioUrl}/login`);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.getByTestId("password-input").press("Enter");
  await page.waitForURL((url) => url.pathname === "/");
  await page.goto(`${product().studioUrl}/buttons?station=${station.id}`);
  await expect(page.getByText("No buttons yet")).toBeVisible();

  await page.getByRole("button", { name: "New button" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New button" });
  await dialog.getByRole("button", { name: "Create button" }).click();
  await expect(dialog.getByText("A button needs a title")).toBeVisible();
  await expectAccessible(page, { within: "[role=dialog]" });
  await dialog.getByLabel("Title").fill("Blood drive");
  await page.mouse.click(5, 5);
  await expect(dialog.getByLabel("Title")).toHaveValue("Blood drive");
  await dialog.getByLabel("Type").fill("psa");
  await dialog.getByLabel("Duration").fill("30");
  await dialog.getByLabel("Tags").fill("health, blood, com");
  await expect(dialog.getByRole("button", { name: /^Remove tag/ })).toHaveCount(2);
  await expect(dialog.getByLabel("Tags")).toHaveValue("com");
  await dialog.getByLabel("Tags").fill("community");
  await dialog.getByRole("button", { name: "Create button" }).click();
  await expect(dialog).toBeHidden();

  const row = rowOf(page, "Blood drive");
  await expect(row).toContainText("health");
  await expect(row).toContainText("community");
  await row.getByRole("button", { name: "Copy press URL of Blood drive" }).click();
  await expect(row.getByRole("status")).toHaveText("Copied");
  const search = page.getByRole("searchbox");
  await search.focus();
  await search.press("ControlOrMeta+v");
  const pressUrl = await search.inputValue();
  expect(pressUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\/[\w-]+$/);
  await search.press("Escape");

  await press(pressUrl);
  await expect(row.getByRole("cell").nth(4)).toHaveText("1");
  await expect(row).toContainText("now");
});

test("search, filters, order, columns and page stand in the address, and survive reload and going back", async ({
  page,
}) => {
  const { account, api, station } = await createOwner();
  const make = (number: number) =>
    api.createButton(station.id, { title: `Spot ${String(number).padStart(2, "0")}`, type: "psa", tags: ["spots"] });
  await Promise.all(Array.from({ length: 27 }, (_, number) => make(number)));
  await api.createButton(station.id, { title: "Air horn 42", type: "sound_effect", description: "A loud one" });
  await enter(page, account);
  await page.goto("/buttons");
  await expect(page.getByText("28 buttons")).toBeVisible();

  await page.getByLabel("Buttons per page").selectOption("25");
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(page.getByText("26–28 of 28")).toBeVisible();
  await expect(page).toHaveURL(/page=2/);
  await page.getByRole("button", { name: "Type", exact: true }).click();
  await expect(page).toHaveURL(/sort=type/);
  await expect(page.getByText("1–25 of 28")).toBeVisible();
  await page.getByRole("button", { name: "Type", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Type" })).toHaveAttribute("aria-sort", "descending");
  await expect(titles(page).first()).toHaveText("Air horn 42");

  await page.getByLabel("Type", { exact: true }).and(page.getByRole("combobox")).selectOption("psa");
  await expect(page.getByText("27 buttons")).toBeVisible();
  await page.getByLabel("Tag", { exact: true }).selectOption("spots");
  await page.getByRole("searchbox").fill("07");
  await expect(titles(page)).toHaveText(["Spot 07"]);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Created" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Tags" }).click();
  await expectAccessible(page, { within: "[role=menu]" });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Created" })).toBeVisible();

  await page.reload();
  await expect(titles(page)).toHaveText(["Spot 07"]);
  await expect(page.getByRole("searchbox")).toHaveValue("07");
  await expect(page.getByLabel("Tag", { exact: true })).toHaveValue("spots");
  await expect(page.getByRole("columnheader", { name: "Created" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Tags" })).toBeHidden();

  await titles(page).first().click();
  await expect(page.getByRole("heading", { name: "Spot 07" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("searchbox")).toHaveValue("07");
  await page.goBack();
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await expect(page.getByText("27 buttons")).toBeVisible();

  await page.goto("/buttons?q=42&sort=nonsense&page=-3&size=13&state=gone");
  await expect(titles(page)).toHaveText(["Air horn 42"]);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByText("28 buttons")).toBeVisible();
  await page.goto("/buttons?page=9");
  await expect(page.getByText("There is no such page")).toBeVisible();
  await page.getByRole("button", { name: "Go to the first page" }).click();
  await page.getByRole("searchbox").fill("nothing like it");
  await expect(page.getByText("No button matches")).toBeVisible();
});

test("by keyboard alone a button is found, changed, and the focus comes back to its row", async ({ page }) => {
  const { account, api, station } = await createOwner();
  await api.createButton(station.id, { title: "Buckle up" });
  await api.createButton(station.id, { title: "Slow down" });
  await enter(page, account);
  await page.goto("/buttons");
  await expect(rowOf(page, "Slow down")).toBeVisible();

  await page.getByRole("searchbox").focus();
  await page.keyboard.type("slow");
  await expect(titles(page)).toHaveText(["Slow down"]);
  const trigger = page.getByRole("button", { name: "Actions for Slow down" });
  for (let tabs = 0; tabs < 25; tabs += 1) {
    if (await trigger.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(trigger).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Edit button" });
  await expect(dialog.getByLabel("Title")).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.type(" please");
  await page.keyboard.press("Enter");

  await expect(dialog).toBeHidden();
  await expect(titles(page)).toHaveText(["Slow down please"]);
  await expect(page.getByRole("button", { name: "Actions for Slow down please" })).toBeFocused();
});

test("a late answer to a form that was left does not close the next one", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/buttons");
  let answer = (): void => undefined;
  const isOpen = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/v1/buttons/?*", async (route) => {
    if (route.request().method() === "POST") await isOpen;
    await route.continue();
  });
  const dialog = page.getByRole("dialog", { name: "New button" });
  const open = () => page.getByRole("button", { name: "New button" }).first().click();

  await open();
  await dialog.getByLabel("Title").fill("First");
  await dialog.getByLabel("Type").fill("psa");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await open();
  await dialog.getByLabel("Title").fill("Second");
  answer();

  await expect(page.getByText("“First” is there")).toBeVisible();
  await expect(dialog.getByLabel("Title")).toHaveValue("Second");
});

test("retiring is shown at once, and undone from its notice", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Old promo" });
  await api.createButton(station.id, { title: "New promo" });
  await enter(page, account);
  await page.goto("/buttons");

  await choose(page, "Old promo", "Retire");
  await expect(titles(page)).toHaveText(["New promo"]);
  // The row took the focus along; the list has it.
  await page.keyboard.press("Tab");
  await expect(page.locator("[data-slot=table-frame]")).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(titles(page)).toHaveText(["New promo", "Old promo"]);
  await expect(page.getByText("is back in use")).toBeVisible();
  expect(await api.call("GET", `/buttons/${button.id}?station_id=${station.id}`)).toMatchObject({ retired_at: null });

  // The list of the retired ones is read just before, and its answer comes just after.
  let tellRead = (): void => undefined;
  const isRead = new Promise<void>((resolve) => {
    tellRead = resolve;
  });
  const retired = page.waitForResponse(/\/retire\?/);
  await page.route(/\/retire\?/, async (route) => {
    await isRead;
    await route.continue();
  });
  let isFirst = true;
  await page.route(/\/buttons\/\?.*state=retired/, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    const response = await route.fetch();
    tellRead();
    await retired;
    return route.fulfill({ response });
  });
  const asked = page.waitForRequest(/\/retire/);
  await choose(page, "Old promo", "Retire");
  await asked;
  await page.getByLabel("State", { exact: true }).selectOption("retired");
  await expect(rowOf(page, "Old promo")).toContainText("Retired");
  await choose(page, "Old promo", "Take back into use");
  await expect(page.getByText("No button matches")).toBeVisible();
});

test.describe("where the server cannot be reached", () => {
  test.use({ expectedMessages: [/net::ERR_FAILED/] });

  test("a retirement that did not arrive is taken back, and says so", async ({ page }) => {
    const { account, api, station } = await createOwner();
    await api.createButton(station.id, { title: "Old promo" });
    await enter(page, account);
    await page.goto("/buttons");
    let refuse = (): void => undefined;
    const isSeen = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    await page.route("**/retire?*", async (route) => {
      await isSeen;
      await route.abort();
    });

    await choose(page, "Old promo", "Retire");
    await expect(titles(page)).toHaveCount(0);
    refuse();

    await expect(titles(page)).toHaveText(["Old promo"]);
    await expect(page.getByText("The server does not answer")).toBeVisible();
  });
});

test("many buttons are changed at once; what fails is named with its reason, tried again, and all of it undone", async ({
  page,
  expectStatus,
}) => {
  expectStatus(409);
  const { account, api, station } = await createOwner();
  const made = await Promise.all(
    ["First", "Second", "Third"].map((title) => api.createButton(station.id, { title, tags: ["old"] })),
  );
  await enter(page, account);
  await page.goto("/buttons");
  await expect(titles(page)).toHaveCount(3);
  let isBusy = true;
  await page.route(`**/buttons/${made[1]?.id}?*`, (route) =>
    isBusy && route.request().method() === "PATCH"
      ? route.fulfill({
          status: 409,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "about:blank",
            title: "Conflict",
            status: 409,
            code: "busy",
            detail: "Busy now.",
          }),
        })
      : route.continue(),
  );

  await page.getByRole("checkbox", { name: "Select First" }).click();
  await page.getByRole("checkbox", { name: "Select Third" }).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Selected buttons" });
  await expect(bar).toContainText("3 selected");
  await bar.getByRole("button", { name: "Change" }).click();
  await page.getByRole("menuitem", { name: "Add tag…" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a tag to 3 buttons" });
  await dialog.getByLabel("Tag").fill("evening");
  await expectAccessible(page, { within: "[role=dialog]" });
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Second: Busy now.");
  await expect(dialog.getByText("2 buttons changed.")).toBeVisible();

  isBusy = false;
  await dialog.getByRole("button", { name: "Try these again" }).click();
  await expect(dialog.getByText("3 buttons changed.")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Undo" }).click();
  await expect(dialog.getByText("3 buttons as before.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(bar).toBeHidden();
  await expect(rowOf(page, "Second")).not.toContainText("evening");

  await page.getByRole("checkbox", { name: "Select all on this page" }).click();
  await bar.getByRole("button", { name: "Retire" }).click();
  await expect(page.getByRole("dialog")).toContainText("3 buttons changed.");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await expect(titles(page)).toHaveCount(0);
});

test("a test press says how it was recorded, and is voided; in test mode it does not count", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Buckle up" });
  const deck = await api.createDeck(station.id);
  await api.createKey(station.id, button.id, deck.id);
  await enter(page, account);
  await page.goto("/buttons");

  await choose(page, "Buckle up", "Test press…");
  const dialog = page.getByRole("dialog", { name: "Test press “Buckle up”" });
  await expect(dialog).toContainText("It counts, unless the deck is in test mode");
  await dialog.getByRole("button", { name: "Press", exact: true }).click();
  await expect(dialog.getByText("It counts as a real press.")).toBeVisible();
  await dialog.getByRole("button", { name: "Press again" }).click();
  await expect(dialog.getByText("It came too soon after another press")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await expect(rowOf(page, "Buckle up").getByRole("cell").nth(4)).toHaveText("1");

  const until = new Date(Date.now() + 600_000).toISOString();
  await api.call("PATCH", `/decks/${deck.id}?station_id=${station.id}`, { test_mode_until: until });
  await choose(page, "Buckle up", "Test press…");
  await dialog.getByLabel("Press key").selectOption({ index: 0 });
  await expect(dialog.getByText("Studio A is in test mode")).toBeVisible();
  await dialog.getByRole("button", { name: "Press", exact: true }).click();
  await expect(dialog.getByText("The deck is in test mode, so it does not count.")).toBeVisible();
  await expectAccessible(page);
});

test("a test press that counted is taken out of the counts again", async ({ page }) => {
  const { account, api, station } = await createOwner();
  await api.createButton(station.id, { title: "Buckle up" });
  await enter(page, account);
  await page.goto("/buttons");

  await choose(page, "Buckle up", "Test press…");
  await page.getByRole("button", { name: "Press", exact: true }).click();
  await page.getByRole("button", { name: "Void it" }).click();

  await expect(page.getByText("It is void now and does not count.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(rowOf(page, "Buckle up").getByRole("cell").nth(4)).toHaveText("0");
  const log = await api.call("GET", `/presses/?station_id=${station.id}`);
  expect(log).toMatchObject({ data: [{ status: "void", note: "Test press from the dashboard" }] });
});

test("a button is duplicated, and deleted as long as it was never pressed", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Buckle up", tags: ["safety"] });
  await press(button.press_url ?? "");
  await enter(page, account);
  await page.goto("/buttons");

  await page.getByRole("button", { name: "Actions for Buckle up" }).click();
  await expect(page.getByRole("menuitem", { name: "Delete…" })).toHaveCount(0);
  await page.getByRole("menuitem", { name: "Duplicate…" }).click();
  await page.getByRole("dialog").getByLabel("Title").fill("Buckle up, summer");
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.keyboard.press("Enter");
  await expect(rowOf(page, "Buckle up, summer")).toContainText("safety");

  await choose(page, "Buckle up, summer", "Delete…");
  await expect(page.getByRole("alertdialog")).toContainText("This cannot be undone");
  await expectAccessible(page, { within: "[role=alertdialog]" });
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(titles(page)).toHaveText(["Buckle up"]);
});

test("the keys of a button stand beside the list, and tell of a press as it arrives", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Buckle up" });
  const deck = await api.createDeck(station.id, "Studio B");
  await enter(page, account);
  await page.goto("/buttons");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");

  await choose(page, "Buckle up", "Press keys…");
  const sheet = page.getByRole("dialog", { name: "Press keys of “Buckle up”" });
  await sheet.getByLabel("New key for").selectOption("Studio B");
  await sheet.getByRole("button", { name: "Make key" }).click();
  const row = sheet.getByRole("listitem").filter({ hasText: "Studio B" });
  await expect(row).toContainText("Never heard");
  await expectAccessible(page, { within: "[role=dialog]" });
  const { data } = await api.call<PressKeysPublic>("GET", `/buttons/${button.id}/keys?station_id=${station.id}`);
  await press(data.find((key) => key.deck?.id === deck.id)?.press_url ?? "");

  await expect(row).toContainText("Last heard now");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Actions for Buckle up" })).toBeFocused();
});

test("a viewer sees the buttons, and nothing that changes them", async ({ page }) => {
  const { api, station } = await createOwner();
  await api.createButton(station.id, { title: "Buckle up" });
  const viewer = await createMember(api, station.id, "viewer");
  await enter(page, viewer);
  await page.goto("/buttons");

  await expect(titles(page)).toHaveText(["Buckle up"]);
  await expect(page.getByRole("button", { name: "New button" })).toHaveCount(0);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^(Actions for|Copy press URL)/ })).toHaveCount(0);
  await expect(page.getByRole("columnheader", { name: "Press URL" })).toHaveCount(0);
  await titles(page).first().click();
  await expect(page.getByRole("heading", { name: "Versions" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Edit" })).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Press keys" })).toHaveCount(0);
});

test("on a phone the buttons are cards that fit the screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, product().demo);
  await page.goto("/buttons?sort=-usage_count");

  await expect(page.getByRole("table")).toHaveCount(0);
  const cards = page.getByRole("list", { name: "Buttons of the station" }).getByRole("listitem");
  await expect(cards.first()).toContainText(/presses/);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByLabel("Sort by").selectOption("title");
  await expect(page).not.toHaveURL(/sort=/);
  await cards.first().getByRole("checkbox").click();
  await expect(page.getByRole("region", { name: "Selected buttons" })).toContainText("1 selected");
  await expectAccessible(page);
});

test("the table is accessible, and a list that could not be fetched says why", async ({ page, expectStatus }) => {
  expectStatus(409);
  await enter(page, product().demo);
  await page.goto("/buttons?state=all");
  await expect(titles(page).first()).toBeVisible();
  await expectAccessible(page);

  await keepStreamAway(page);
  let isRefused = true;
  await page.route("**/api/v1/buttons/?*sort=-title*", (route) =>
    isRefused
      ? route.fulfill({
          status: 409,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "about:blank",
            title: "Conflict",
            status: 409,
            code: "busy",
            detail: "Not now.",
          }),
        })
      : route.continue(),
  );
  await page.goto("/buttons?sort=-title");
  await expect(page.getByRole("alert")).toContainText("Not now.");
  isRefused = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(titles(page).first()).toBeVisible();
});
