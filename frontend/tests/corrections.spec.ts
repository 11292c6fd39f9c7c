import type { Page, Route } from "@playwright/test";
import { createMember, createOwner, press } from "./support/api.ts";
import { recordPlay } from "./support/presses.ts";
import { enter, expect, expectAccessible, holdStreamBack, test } from "./support/test.ts";

const rows = (page: Page) => page.locator("tr[data-press]");

test("a press that is made void is struck out with its reason and does not count; undo counts it again", async ({
  page,
}) => {
  const { account, api, station } = await createOwner();
  const { id } = await api.createButton(station.id, { title: "Air horn" });
  const { press_id } = await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T15:00:00Z" });
  await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T16:00:00Z" });
  await enter(page, account);
  await page.goto("/log");
  await expect(page.getByRole("list", { name: "Totals by status" })).toHaveText("2 presses · 2 counted");

  await rows(page).first().hover();
  await page.getByRole("button", { name: /^Make void: Air horn/ }).click();
  await page.getByRole("button", { name: "Make void", exact: true }).click();
  await expect(page.getByText("Say why.")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Reason").fill("Fader was down");
  await expectAccessible(page);
  // Neither a click beside it nor the key that prints takes away what was typed.
  await page.mouse.click(20, 400);
  await page.evaluate(() => dispatchEvent(new KeyboardEvent("keydown", { key: "p", ctrlKey: true })));
  await expect(page.getByRole("dialog").getByLabel("Reason")).toHaveValue("Fader was down");
  await page.getByRole("button", { name: "Make void", exact: true }).click();

  const row = rows(page).first();
  await expect(row.locator("s")).toHaveText("Air horn");
  await expect(row).toContainText("Void");
  await expect(row).toContainText("Fader was down");
  await expect(page.getByRole("list", { name: "Totals by status" })).toHaveText("2 presses · 1 counted · 1 void");
  const undone = page.waitForResponse(/\/restore\?/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toContainText("Counted");
  await undone;
  await page.reload();
  await expect(page.getByRole("list", { name: "Totals by status" })).toHaveText("2 presses · 2 counted");

  await page.goto("/log?status=void");
  await expect(page.getByText("No press fits these filters")).toBeVisible();
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await api.call("POST", `/presses/${press_id}/void?station_id=${station.id}`, { reason: "It was a rehearsal" });
  await expect(rows(page)).toContainText("It was a rehearsal");
});

test("a suppressed press is restored, and noted, in its detail", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Air horn" });
  await press(button.press_url ?? "");
  await press(button.press_url ?? "");
  await enter(page, account);
  await page.goto("/log?status=suppressed");

  await page.locator("[data-row-link]").click();
  const detail = page.getByRole("dialog");
  await expect(detail).toContainText("Too close to a counted press of the same button.");
  await detail.getByRole("button", { name: "Restore" }).click();
  await detail.getByLabel("Reason").fill("It was meant twice");
  await detail.getByRole("button", { name: "Restore" }).click();
  await expect(detail).toContainText("It was meant twice");
  await detail.getByRole("button", { name: "Add a note" }).click();
  await detail.getByRole("textbox", { name: "Note" }).fill("Listener called in");
  await detail.getByRole("button", { name: "Add a note" }).click();
  await expect(detail.getByRole("listitem")).toContainText(["Restored", "Listener called in"]);
  await expect(detail.getByRole("textbox")).toHaveCount(0);
  await page.goto("/log?note=listener%20called");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("Counted");
});

test("a correction that the server refuses is taken back, and what was typed stays", async ({ page, expectStatus }) => {
  expectStatus(409);
  const { account, api, station } = await createOwner();
  const { id } = await api.createButton(station.id, { title: "Air horn" });
  const { press_id } = await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T15:00:00Z" });
  await enter(page, account);
  const beginStream = await holdStreamBack(page);
  await page.goto("/log");
  const problem = { type: "about:blank", title: "Conflict", status: 409, code: "x", detail: "Somebody was faster." };
  let answer: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/void?*", async (route) => {
    await isAsked;
    await route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });

  await rows(page).first().hover();
  await page.getByRole("button", { name: /^Make void: Air horn/ }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("Fader was down");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Make void", exact: true }).click();
  await expect(rows(page).first()).toContainText("Void");
  // Where the stream begins the log is asked anew; its answer knows nothing of the correction yet.
  const anew = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/v1/presses/");
  beginStream();
  await (await anew).finished();
  await expect(page.locator("table")).toHaveAttribute("aria-busy", "false");
  await expect(rows(page).first()).toContainText("Void");
  answer();

  await expect(page.getByText("Somebody was faster.")).toBeVisible();
  await expect(rows(page).first()).toContainText("Counted");
  await expect(page.locator("tr[data-press] s")).toHaveCount(0);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Reason")).toHaveValue("Fader was down");

  // Somebody really is faster: the row shows what they said.
  await page.unroute("**/void?*");
  await api.call("POST", `/presses/${press_id}/void?station_id=${station.id}`, { reason: "It was a rehearsal" });
  await expect(rows(page)).toContainText("It was a rehearsal");
  await page.getByRole("button", { name: "Make void", exact: true }).click();
  await expect(dialog.getByRole("alert")).not.toHaveText("Somebody was faster.");
  await expect(rows(page)).toContainText("It was a rehearsal");
});

test("a missed play is entered where nothing was recorded", async ({ page, expectStatus }) => {
  expectStatus(503);
  const { account, api, station } = await createOwner({ zone: "America/New_York" });
  const { id } = await api.createButton(station.id, { title: "Legal ID" });
  await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T15:00:00Z" });
  await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T18:00:00Z" });
  await enter(page, account);
  // The server has run since before the station was there: a gap that it would tell of after a night without it.
  const gap = { started_at: "2025-03-04T16:00:00Z", ended_at: "2025-03-04T16:30:00Z" };
  const watches = { data: [gap], count: 1, start: gap.started_at, end: gap.ended_at };
  await page.route("**/api/v1/watches/?*", (route) => route.fulfill({ json: watches }));
  await page.goto("/log");
  await expect(page.locator("tbody tr:not([aria-hidden])")).toHaveText([
    /1:00:00 PM EST/,
    /Not recording from 11:00:00 AM EST to 11:30:00 AM EST \(30 min\)/,
    /10:00:00 AM EST/,
    /The record begins here/,
  ]);

  await page.locator("tr[data-gap]").getByRole("button", { name: "Add a missed play" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a missed play" });
  await expect(dialog.getByLabel("Time of the play")).toHaveValue("2025-03-04T11:00");
  await dialog.getByRole("button", { name: "Add the play" }).click();
  await expect(dialog).toContainText("Choose the button that aired.");
  await expect(dialog).toContainText("Say why.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: /^Button/ }).click();
  await page.getByPlaceholder("Find a button").fill("legal");
  await expect(page.getByRole("option", { name: "Legal ID" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: /^Button/ })).toContainText("Legal ID");
  await dialog.getByLabel("Time of the play").fill("2025-03-04T11:15:20");
  await dialog.getByLabel("Reason").fill("The server was off");
  // The answer is lost on its way: sent again, it is one play.
  const lose = async (route: Route) => {
    await route.fetch();
    await route.fulfill({ status: 503 });
  };
  await page.route("**/presses/manual?*", lose, { times: 1 });
  await dialog.getByRole("button", { name: "Add the play" }).click();
  await expect(dialog.getByRole("alert")).toContainText("503");
  await dialog.getByRole("button", { name: "Add the play" }).click();

  await expect(dialog).toBeHidden();
  await expect(rows(page)).toHaveCount(3);
  await expect(rows(page).nth(1)).toContainText("11:15:20 AM EST");
  await expect(rows(page).nth(1)).toContainText("By hand");
  await expect(page).not.toHaveURL(/add=/);
});

test("of a time that comes twice one says which; a time that clocks skip is refused", async ({ page }) => {
  const { account, api, station } = await createOwner({ zone: "America/New_York" });
  await api.createButton(station.id, { title: "Legal ID" });
  await enter(page, account);
  await page.goto("/log?add=true&from=2024-11-03T05:30:00Z");
  const dialog = page.getByRole("dialog", { name: "Add a missed play" });
  await dialog.getByRole("button", { name: /^Button/ }).click();
  await page.getByRole("option", { name: "Legal ID" }).click();
  await dialog.getByLabel("Reason").fill("Deck was unplugged");

  await expect(dialog.getByText("Clocks showed this time twice that night.")).toBeVisible();
  await dialog.getByLabel("The second, 1:30:00 AM EST").check();
  await dialog.getByLabel("Time of the play").fill("2024-03-10T02:30:00");
  await dialog.getByRole("button", { name: "Add the play" }).click();
  await expect(dialog).toContainText("Clocks skipped this time");
  await dialog.getByLabel("Time of the play").fill("2024-11-03T01:30:00");
  await dialog.getByLabel("The second, 1:30:00 AM EST").check();
  await dialog.getByRole("button", { name: "Add the play" }).click();

  await expect(rows(page).locator("time")).toHaveText(["1:30:00 AM EST"]);
});

test("a viewer reads the log and its presses, and is offered no correction", async ({ page }) => {
  const { api, station } = await createOwner();
  const { id } = await api.createButton(station.id, { title: "Air horn" });
  await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T15:00:00Z" });
  await enter(page, await createMember(api, station.id, "viewer"));

  await page.goto("/log?add=true");

  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Add a missed play" })).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await rows(page).first().hover();
  await expect(page.getByRole("button", { name: /Make void/ })).toHaveCount(0);
  await page.locator("[data-row-link]").click();
  await expect(page.getByRole("dialog")).toContainText("Both clocks");
  await expect(page.getByRole("dialog").getByRole("button", { name: /void|note/i })).toHaveCount(0);
});
