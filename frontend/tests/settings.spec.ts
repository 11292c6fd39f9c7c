import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { MembersPublic } from "../src/client";
import { Api, createAccount, createMember, createOwner } from "./support/api.ts";
import { linkTo } from "./support/mails.ts";
import { type Account, product } from "./support/product.ts";
import { enter, expect, expectAccessible, keepStreamAway, logIn, test } from "./support/test.ts";

const NEW_PASSWORD = "another-long-password";
const TABS = ["My profile", "Password", "Appearance", "Sessions", "API tokens", "Danger zone"];

test("a name is edited, saved and shown; cancelling brings the old one back", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/settings");
  await expect(page.getByRole("tab", { name: "My profile" })).toHaveAttribute("aria-selected", "true");
  const form = page.locator("form");

  await page.getByRole("button", { name: "Edit" }).press("Enter");
  await expect(page.getByLabel("Full name")).toBeFocused();
  await page.getByLabel("Full name").fill("Somebody Else");
  await page.getByRole("button", { name: "Cancel" }).press("Enter");
  await expect(form.getByText("Dana Reyes", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Edit" })).toBeFocused();

  await page.keyboard.press("Enter");
  await page.getByLabel("Full name").fill("Dana R. Reyes");
  await page.keyboard.press("Enter");
  await expect(page.getByText("User updated successfully")).toBeVisible();
  await expect(form.getByText("Dana R. Reyes", { exact: true })).toBeVisible();
  await expect(page.getByTestId("user-menu")).toHaveAccessibleName("Dana R. Reyes");
});

test("a new address needs the password, and counts once the link that is sent to it is confirmed", async ({
  page,
  expectStatus,
}) => {
  expectStatus(400);
  const { account } = await createOwner();
  const email = `${randomUUID()}@example.com`;
  await enter(page, account);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Edit" }).click();

  await page.getByLabel("Email").fill("");
  await page.getByLabel("Full name").focus();
  await expect(page.getByText("Invalid email address")).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Enter your current password.")).toBeVisible();
  await page.getByTestId("current-password-input").fill("not this one");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The current password is wrong.")).toBeVisible();
  await page.getByTestId("current-password-input").fill(account.password);
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByText(`A mail with a link is on its way to ${email}.`)).toBeVisible();
  await expect(page.locator("form").getByText(account.email, { exact: true })).toBeVisible();
  await page.goto(await linkTo(email, "/confirm-email"));
  await expectAccessible(page);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Your address is changed" })).toBeVisible();
  expect(new URL(page.url()).hash).toBe("");
  await page.getByRole("link", { name: "Log In" }).click();
  await logIn(page, { email, password: account.password });
});

test("a password is changed, which ends every other session", async ({ page, browser, watchConsole, expectStatus }) => {
  expectStatus(400);
  const { account } = await createOwner();
  await enter(page, account);
  const elsewhere = await browser.newPage({ baseURL: product().url });
  watchConsole(elsewhere);
  await enter(elsewhere, account);
  await page.goto("/settings?tab=password");

  await changePassword(page, { current: account.password, wanted: "weak" });
  await expect(page.getByText("Password must be at least 8 characters")).toBeVisible();
  await changePassword(page, { current: account.password, wanted: NEW_PASSWORD, confirmation: "something else" });
  await expect(page.getByText("The passwords don't match")).toBeVisible();
  await changePassword(page, { current: account.password, wanted: account.password });
  await expect(page.getByText("New password cannot be the same as the current one")).toBeVisible();
  await changePassword(page, { current: "not this one", wanted: NEW_PASSWORD });
  await expect(page.getByText("The current password is wrong.")).toBeVisible();
  await changePassword(page, { current: account.password, wanted: NEW_PASSWORD });
  await expect(page.getByText("Password updated successfully")).toBeVisible();

  expect((await elsewhere.request.get("/api/v1/users/me")).status()).toBe(401);
  await logIn(elsewhere, { email: account.email, password: NEW_PASSWORD });
  await elsewhere.close();
});

test("the appearance is chosen in the settings or the header, and stays", async ({ page }) => {
  const account = await createAccount();
  await enter(page, account);
  await page.goto("/settings?tab=appearance");
  const html = page.locator("html");

  await page.getByRole("radio", { name: /^Dark/ }).check();
  await expect(html).toHaveClass(/dark/);
  await page.reload();
  await expect(html).toHaveClass(/dark/);
  await expect(page.getByRole("radio", { name: /^Dark/ })).toBeChecked();
  await page.getByTestId("theme-button").click();
  await page.getByTestId("light-mode").click();
  await expect(html).toHaveClass(/light/);
  await expect(page.getByRole("radio", { name: /^Light/ })).toBeChecked();
});

test("sessions are listed and ended, one and all others", async ({ page, browser }) => {
  const { account } = await createOwner();
  const elsewhere = await browser.newPage({ baseURL: product().url });
  await enter(elsewhere, account);
  await Api.as(account);
  await enter(page, account);
  await page.goto("/settings?tab=sessions");
  const sessions = page.getByTestId("session");
  await expect(sessions.first()).toContainText("Chrome on Linux");
  await expect(sessions.first()).toContainText("This browser");
  const before = await sessions.count();
  expect(before).toBeGreaterThanOrEqual(3);

  await page.getByRole("button", { name: /^Log out Chrome/ }).click();
  await expect(page.getByText("That session has ended")).toBeVisible();
  await expect(sessions).toHaveCount(before - 1);
  expect((await elsewhere.request.get("/api/v1/users/me")).status()).toBe(401);

  await page.getByRole("button", { name: "Log out everywhere else" }).press("Enter");
  await page.getByRole("alertdialog").getByRole("button", { name: "Log out" }).press("Enter");
  await expect(sessions).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Log out everywhere else" })).toHaveCount(0);
  await elsewhere.close();
});

test("an API token is made, shown once, used, and revoked", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { account, station } = await createOwner();
  await enter(page, account);
  await page.goto("/settings?tab=tokens");
  await expect(page.getByText("No API tokens yet")).toBeVisible();

  await page.getByRole("button", { name: "Create a token" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByText("Enter a name.")).toBeVisible();
  await expect(page.getByText("Choose at least one.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Name").fill("Automation");
  await page.getByRole("checkbox", { name: "buttons:read" }).press("Space");
  await page.getByLabel("Ends").click();
  await page.getByRole("option", { name: "After 90 days" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("button", { name: "Copy" }).click();
  const token = await page.getByTestId("new-token").inputValue();
  await expectAccessible(page, { within: "[role=dialog]" });
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await page.getByRole("button", { name: "I have copied it" }).click();

  const row = page.getByTestId("api-token");
  await expect(row).toContainText("Automation");
  await expect(row).toContainText("buttons:read");
  await expect(row).toContainText("never used");
  await expect(row).toContainText(`${token.slice(0, 10)}`);
  await expect(page.getByText(token)).toHaveCount(0);
  const ask = () =>
    fetch(`${product().url}/api/v1/buttons/?station_id=${station.id}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
  expect((await ask()).status).toBe(200);
  await page.reload();
  await expect(row).toContainText("last used");

  await page.getByRole("button", { name: "Revoke Automation" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("The token is revoked")).toBeVisible();
  await expect(row).toHaveCount(0);
  expect((await ask()).status).toBe(401);
  await page.getByRole("switch", { name: "Show revoked" }).click();
  await expect(row).toContainText("Revoked");
  await expect(page.getByRole("button", { name: /^Revoke/ })).toHaveCount(0);
});

test("a viewer is offered no scope that would be refused, and who has no station no token", async ({ page }) => {
  const { api, station } = await createOwner();
  await enter(page, await createMember(api, station.id, "viewer"));
  await page.goto("/settings?tab=tokens");
  await page.getByRole("button", { name: "Create a token" }).click();
  await expect(page.getByRole("checkbox")).toHaveCount(2);
  await expect(page.getByRole("checkbox", { name: "presses:read" })).toBeVisible();

  await enter(page, await createAccount());
  await page.goto("/settings?tab=tokens");
  await expect(page.getByText("API tokens belong to a station.")).toBeVisible();
});

test("an account is deleted, and every tab leaves; a station's last owner cannot go", async ({
  page,
  context,
  watchConsole,
  expectStatus,
}) => {
  expectStatus(400, 409);
  const { account, api, station } = await createOwner();
  await leaveNoOtherOwner(api, station.id, account);
  await enter(page, account);
  await page.goto("/settings?tab=danger");
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("alertdialog").getByRole("alert")).toContainText("owner");
  await expectAccessible(page, { within: "[role=alertdialog]" });

  const other = await createAccount();
  await enter(page, other);
  await page.goto("/settings?tab=danger");
  const otherTab = await context.newPage();
  watchConsole(otherTab);
  await otherTab.goto("/settings");
  await expect(otherTab.getByTestId("user-menu")).toBeVisible();
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL("/login");
  await otherTab.waitForURL("/login");
  await expect(page.getByText("Your account is deleted")).toBeVisible();
  await page.getByTestId("email-input").fill(other.email);
  await page.getByTestId("password-input").fill(other.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Incorrect email or password")).toBeVisible();
});

test("every tab is reached by keyboard, also where a phone shows only some, and is accessible", async ({ page }) => {
  test.slow();
  const { account } = await createOwner();
  await enter(page, account);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/settings");
  await page.getByRole("tab", { name: "My profile" }).focus();
  for (const name of TABS) {
    const tab = page.getByRole("tab", { name });
    await expect(tab).toHaveAttribute("aria-selected", "true");
    await expect(tab).toBeInViewport({ ratio: 0.9 });
    await expect(page.getByLabel("Loading…")).toHaveCount(0);
    await expectAccessible(page);
    await page.keyboard.press("ArrowRight");
  }
});

test("tabs that fail say so, and are asked again", async ({ page, expectStatus }) => {
  expectStatus(403);
  const { account } = await createOwner();
  await enter(page, account);
  await keepStreamAway(page);
  for (const [tab, path] of [
    ["sessions", "**/api/v1/users/me/sessions?*"],
    ["tokens", "**/api/v1/tokens/?*"],
  ] as const) {
    const detail = "Not today.";
    await page.route(path, (route) => route.fulfill({ status: 403, json: { status: 403, code: "forbidden", detail } }));
    await page.goto(`/settings?tab=${tab}`);
    await expect(page.getByText(detail)).toBeVisible();
    await page.unroute(path);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText(detail)).toHaveCount(0);
  }
});

/** The superuser who made the station owns it too, until this. */
async function leaveNoOtherOwner(api: Api, stationId: string, { email }: Account): Promise<void> {
  const { data } = await api.call<MembersPublic>("GET", `/stations/${stationId}/members`);
  for (const member of data) {
    if (member.email !== email) await api.call("DELETE", `/stations/${stationId}/members/${member.user_id}`);
  }
}

async function changePassword(
  page: Page,
  { current, wanted, confirmation = wanted }: { current: string; wanted: string; confirmation?: string },
): Promise<void> {
  await page.getByTestId("current-password-input").fill(current);
  await page.getByTestId("new-password-input").fill(wanted);
  await page.getByTestId("confirm-password-input").fill(confirmation);
  await page.getByRole("button", { name: "Update Password" }).click();
}
