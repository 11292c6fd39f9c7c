import type { Page } from "@playwright/test";
import { Api, createMember, createOwner, press } from "./support/api.ts";
import type { Account } from "./support/product.ts";
import { enter, expect, expectAccessible, keepStreamAway, logIn, test } from "./support/test.ts";

/** Ends all logins of browsers, as a changed password does. */
async function endSessions(account: Account): Promise<void> {
  const api = await Api.as(account);
  await api.call("DELETE", "/users/me/sessions");
}

async function openToday(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Today", exact: true })).toBeVisible();
  await expect(page.getByTestId("user-menu")).toBeVisible();
}

test("what was typed in a dialog is still there after the session ended and was opened again", async ({
  page,
  expectStatus,
}) => {
  expectStatus(400, 401);
  const { account, api, station } = await createOwner();
  await api.createButton(station.id, { title: "Storm warning" });
  await enter(page, account);
  // So that what is typed is what meets the end of the session first.
  await keepStreamAway(page);
  await openToday(page);
  await expect(page.getByTestId("guide-step-1")).toHaveAttribute("data-done", "true");
  await page.keyboard.press("Control+k");
  const typed = page.getByRole("dialog", { name: "Search or jump to…" }).getByRole("combobox");
  await expect(typed).toBeFocused();
  const { id } = await api.call<{ id: string }>("GET", "/users/me");
  await endSessions(account);

  await typed.fill("storm");

  const dialog = page.getByTestId("session-expired");
  await expect(dialog).toBeVisible();
  await expect(dialog.getByTestId("password-input")).toBeFocused();
  await expect(dialog.getByTestId("email-input")).toHaveValue(account.email);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  // Another tab was logged in for a moment, and its login has ended as well.
  const asked = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/api/v1/login/session");
  await page.evaluate((userId) => new BroadcastChannel("session /").postMessage(userId), id);
  expect(await (await asked).json()).toBeNull();
  for (let press = 0; press < 6; press += 1) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  await dialog.getByTestId("password-input").fill("wrong-password");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Incorrect email or password")).toBeVisible();
  await dialog.getByTestId("password-input").fill(account.password);
  await page.keyboard.press("Enter");

  await expect(dialog).toBeHidden();
  await expect(typed).toHaveValue("storm");
  await expect(typed).toBeFocused();
  await expect(page.getByRole("option", { name: "Storm warning" })).toBeVisible();
});

test("an answer of before a login asks for no other login", async ({ page, expectStatus }) => {
  expectStatus(401);
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id);
  const { press_url } = await api.createKey(station.id, button.id, null);
  await press(press_url);
  await enter(page, account);
  await keepStreamAway(page);
  await openToday(page);
  await expect(page.getByTestId("today-count")).toHaveText("1");
  await endSessions(account);
  const isLoggedIn = Promise.withResolvers<void>();
  let turns = 0;
  await page.route("**/api/v1/stats/summary?*", async (route) => {
    turns += 1;
    if (turns > 1) return route.continue();
    const refusal = await route.fetch();
    await isLoggedIn.promise;
    return route.fulfill({ response: refusal });
  });
  // As when somebody comes back to the tab: what is old is asked for again.
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));

  const dialog = page.getByTestId("session-expired");
  await dialog.getByTestId("password-input").fill(account.password);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect.poll(() => turns).toBe(2);
  isLoggedIn.resolve();

  await expect.poll(() => turns).toBe(3);
  await expect(dialog).toBeHidden();
});

test("somebody else's login leaves nothing of the last user on the screen", async ({ page, expectStatus }) => {
  expectStatus(401);
  const first = await createOwner({ name: "WONE First" });
  const second = await createOwner({ name: "WTWO Second" });
  await enter(page, first.account);
  await keepStreamAway(page);
  await openToday(page);
  const recent = () => page.evaluate(() => localStorage.getItem("recent"));
  await page.keyboard.press("Control+k");
  await page.getByRole("option", { name: "Log", exact: true }).click();
  expect(await recent()).toContain("/log");
  await expect(page.getByText("No press yet")).toBeVisible();
  await page.keyboard.press("Control+k");
  const typed = page.getByRole("dialog").getByRole("combobox");
  await expect(typed).toBeFocused();
  await endSessions(first.account);
  await typed.fill("anything");
  await page.getByTestId("session-expired").getByRole("button", { name: "Log in as somebody else" }).click();
  await page.waitForURL("/login");

  await logIn(page, second.account);

  await expect(page.getByRole("banner").getByText("WTWO Second")).toBeVisible();
  await expect(page.getByText("WONE First")).toHaveCount(0);
  expect(await recent()).toBeNull();
});

test("tabs share a login: in, out, and somebody else", async ({ page, context, watchConsole, expectStatus }) => {
  expectStatus(401);
  const first = await createOwner({ name: "WONE First" });
  const editor = await createMember(first.api, first.station.id, "editor");
  await enter(page, first.account);
  await openToday(page);
  const other = await context.newPage();
  watchConsole(other);

  await openToday(other);
  await other.getByTestId("user-menu").click();
  await other.getByRole("menuitem", { name: "Log out" }).click();
  await other.waitForURL("/login");
  await page.waitForURL("/login");
  await expect(page.getByText("WONE First")).toHaveCount(0);

  await logIn(page, first.account);
  await openToday(page);
  await openToday(other);
  for (const tab of [page, other]) {
    await tab.keyboard.press("Control+k");
    await tab.getByRole("dialog").getByRole("combobox").fill("x");
  }
  await endSessions(first.account);
  // Each learns it from its live stream, if not from a call.
  for (const tab of [page, other]) await expect(tab.getByTestId("session-expired")).toBeVisible({ timeout: 15_000 });
  await page.getByTestId("password-input").fill(first.account.password);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("session-expired")).toBeHidden();
  await expect(other.getByTestId("session-expired")).toBeHidden();
  await expect(other.getByRole("dialog").getByRole("combobox")).toHaveValue("x");

  await page.goto("/login");
  await logIn(page, editor);
  await expect(other.getByRole("button", { name: "The editor" })).toBeVisible();
});

test("who cannot be logged out is told, and stays", async ({ page, expectStatus }) => {
  expectStatus(503);
  const { account } = await createOwner();
  await enter(page, account);
  await openToday(page);
  await page.route("**/api/v1/login/session", (route) =>
    route.request().method() === "DELETE" ? route.fulfill({ status: 503, body: "" }) : route.continue(),
  );

  await page.getByTestId("user-menu").click();
  await page.getByRole("menuitem", { name: "Log out" }).click();

  await expect(page.getByText("The server answered with an error (503). Try again shortly.")).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/");
});
