import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { Api, createAccount, createOwner } from "./support/api.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

const newEmail = () => `test_${randomUUID()}@example.com`;
const PASSWORD = "a-long-password-for-tests";

async function openAdmin(page: Page, path = "/admin"): Promise<void> {
  await enter(page, product().superuser);
  await page.goto(path);
}

async function addUser(page: Page, { email, fullName = "" }: { email: string; fullName?: string }): Promise<void> {
  await page.getByRole("button", { name: "Add User" }).click();
  await page.getByPlaceholder("Email").fill(email);
  await page.getByPlaceholder("Full name").fill(fullName);
  await page.getByPlaceholder("Password").first().fill(PASSWORD);
  await page.getByPlaceholder("Password").last().fill(PASSWORD);
}

const save = (page: Page) => page.getByRole("button", { name: "Save" }).click();
const rowOf = (page: Page, email: string) => page.getByRole("row").filter({ hasText: email });

test("a user is added, changed, and deleted", async ({ page }) => {
  const email = newEmail();
  await openAdmin(page);
  await expect(page.getByRole("heading", { name: "Users" })).toBeVisible();
  await expect(page.getByText("Manage user accounts and permissions")).toBeVisible();

  await addUser(page, { email, fullName: "Original Name" });
  await save(page);
  await expect(page.getByText("User created successfully")).toBeVisible();
  await expect(page.getByRole("dialog")).not.toBeVisible();

  await rowOf(page, email).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Edit User" }).click();
  await page.getByPlaceholder("Full name").fill("Updated Name");
  await save(page);
  await expect(page.getByText("User updated successfully")).toBeVisible();
  await expect(rowOf(page, email).getByText("Updated Name")).toBeVisible();

  await rowOf(page, email).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Delete User" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectAccessible(page, { within: "[role=alertdialog]" });
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("The user was deleted successfully")).toBeVisible();
  await expect(rowOf(page, email)).not.toBeVisible();
});

test("an admin is added, by keyboard alone, and closed again", async ({ page }) => {
  const email = newEmail();
  await openAdmin(page);

  await page.getByRole("button", { name: "Add User" }).focus();
  await page.keyboard.press("Enter");
  await page.getByPlaceholder("Email").fill(email);
  await page.getByPlaceholder("Password").first().fill(PASSWORD);
  await page.getByPlaceholder("Password").last().fill(PASSWORD);
  await page.getByLabel("Role").press("Enter");
  await page.getByRole("option", { name: "Admin" }).press("Enter");
  await page.getByLabel("Is active?").check();
  await page.getByRole("button", { name: "Save" }).press("Enter");
  await expect(page.getByText("User created successfully")).toBeVisible();
  await expect(rowOf(page, email).getByText("admin")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add User" })).toBeFocused();

  await rowOf(page, email).getByRole("button").press("Enter");
  await page.getByRole("menuitem", { name: "Close account" }).press("Enter");
  await page.getByRole("button", { name: "Close account" }).press("Enter");
  await expect(rowOf(page, email).getByText("Closed")).toBeVisible();
  await expect(rowOf(page, email).getByRole("button")).toBeFocused();
});

test("one's own account is changed there too, which shows at once, but not closed", async ({ page }) => {
  const account = await createAccount({ fullName: "Second Admin" });
  const superuser = await Api.asSuperuser();
  const { data } = await superuser.call<{ data: { id: string }[] }>("GET", `/users/?q=${account.email}`);
  await superuser.call("PATCH", `/users/${data[0]?.id}`, { is_superuser: true });
  await enter(page, account);
  await page.goto(`/admin?q=${account.email}`);
  const edit = async () => {
    await rowOf(page, account.email).getByRole("button").click();
    await page.getByRole("menuitem", { name: "Edit User" }).click();
  };

  await edit();
  await expect(page.getByLabel("Is active?")).toHaveCount(0);
  await page.getByPlaceholder("Full name").fill("Renamed Admin");
  await save(page);
  await expect(page.getByTestId("user-menu")).toHaveAccessibleName("Renamed Admin");

  await edit();
  await page.getByLabel("Role").click();
  await page.getByRole("option", { name: "User" }).click();
  await save(page);
  await expect(page.getByRole("heading", { name: "Access Denied" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Admin" })).toHaveCount(0);
});

test("what is wrong with a new user stands beside it", async ({ page, expectStatus }) => {
  expectStatus(409);
  await openAdmin(page);
  await addUser(page, { email: "invalid-email" });
  await page.getByPlaceholder("Email").blur();
  await expect(page.getByText("Invalid email address")).toBeVisible();

  await page.getByPlaceholder("Email").fill(product().superuser.email);
  await page.getByPlaceholder("Password").last().fill("different12345");
  await page.getByPlaceholder("Password").last().blur();
  await expect(page.getByText("The passwords don't match")).toBeVisible();
  await page.getByPlaceholder("Password").first().fill("short");
  await page.getByPlaceholder("Password").last().fill("short");
  await save(page);
  await expect(page.getByText("Password must be at least 8 characters")).toBeVisible();
  await expectAccessible(page, { within: "[role=dialog]" });

  await page.getByPlaceholder("Password").first().fill(PASSWORD);
  await page.getByPlaceholder("Password").last().fill(PASSWORD);
  await save(page);
  await expect(page.getByRole("alert")).toContainText("There is an account with this e-mail address already.");

  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).not.toBeVisible();
});

test("an account is found, and its link for a new password works", async ({ page }) => {
  const account = await createAccount({ fullName: `Findable ${randomUUID().slice(0, 8)}` });
  // A page that is not there leads to the last one that is.
  await openAdmin(page, "/admin?page=9000");
  await expect(page).not.toHaveURL(/page=9000/);
  await expect(page.getByText("No account like that")).toHaveCount(0);

  await page.getByRole("searchbox", { name: "Search" }).fill(account.email.slice(0, 18));
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page).toHaveURL(/q=/);
  await rowOf(page, account.email).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Link for a new password" }).click();
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByRole("textbox", { name: "Link for a new password" }).inputValue();
  expect(link).toContain("/reset-password#token=");
  await expectAccessible(page, { within: "[role=dialog]" });
  // A click beside it would lose what is shown once.
  await page.mouse.click(5, 5);
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("searchbox", { name: "Search" }).fill("nobody is called like this");
  await expect(page.getByText("No account like that")).toBeVisible();
  // The address leads: by a link without a search there is none.
  await page.getByRole("link", { name: "Admin" }).first().click();
  await expect(page.getByRole("searchbox", { name: "Search" })).toHaveValue("");
  await expect(rowOf(page, account.email)).toBeVisible();
  await expect(page).toHaveURL(/\/admin$/);

  await page.goto(link);
  await page.getByTestId("new-password-input").fill("another-long-password");
  await page.getByTestId("confirm-password-input").fill("another-long-password");
  await page.getByRole("button", { name: "Reset Password" }).click();
  await page.waitForURL("/login");
  await Api.as({ email: account.email, password: "another-long-password" });
});

test("every station is listed, and a new one is given an owner", async ({ page }) => {
  const { station } = await createOwner({ call_sign: "WXYZ" });
  const owner = await createAccount();
  const name = `Added ${randomUUID().slice(0, 8)}`;
  await openAdmin(page, "/admin?tab=stations");

  await page.getByRole("button", { name: "Add station" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Purpose").selectOption("Stream");
  await dialog.getByTestId("zone-picker").click();
  await page.getByPlaceholder("Search, such as Berlin or New York").fill("Berlin");
  await page.getByRole("option", { name: "Europe/Berlin" }).click();
  await dialog.getByLabel("Owner's email").fill(owner.email);
  await expectAccessible(page, { within: "[role=dialog]" });
  await dialog.getByRole("button", { name: "Add station" }).click();

  await expect(page.getByText(`${owner.email} is an owner.`)).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Europe/Berlin");
  await expect(row.getByRole("cell").nth(3)).toHaveText("2");
  await expect(page.getByRole("row").filter({ hasText: station.name })).toContainText("WXYZ");
  await row.getByRole("link", { name: `Open ${name}` }).click();
  await expect(page.getByRole("heading", { name: "Station", exact: true })).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue(name);
});

test("the audit tells who did what, and its filters stand in the address", async ({ page }) => {
  const { api, station } = await createOwner();
  // More than one page of it.
  for (let number = 0; number < 51; number += 1) await api.createDeck(station.id, `Deck ${number}`);
  await openAdmin(page, "/admin?tab=audit");
  await page.getByLabel("Action").selectOption("Station made");

  await expect(page).toHaveURL(/action=station%3Astation%3Acreate/);
  await expect(page.getByRole("cell", { name: "Station made" }).first()).toBeVisible();
  await expect(page.getByRole("cell", { name: "Logged in" })).toHaveCount(0);
  await page.getByLabel("From day").fill("2020-01-01");
  await page.getByLabel("To day").fill("2020-01-02");
  await expect(page.getByText("Nothing of this kind")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("To day")).toHaveValue("2020-01-02");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("cell", { name: "Logged in" }).first()).toBeVisible();
  const shown = await page.getByRole("row").count();
  await page.getByRole("button", { name: "Show older" }).click();
  await expect.poll(() => page.getByRole("row").count()).toBeGreaterThan(shown);
});

test("health tells how the server is, and a test mail goes out", async ({ page }) => {
  await openAdmin(page, "/admin?tab=health");
  await expect(page.getByText("Recording", { exact: true })).toBeVisible();
  await expect(page.getByText("Embedded PostgreSQL")).toBeVisible();
  await expect(page.getByText(product().url)).toBeVisible();

  await page.getByRole("tab", { name: "Mail test" }).click();
  await page.getByLabel("Send to").fill("not an address");
  await page.getByRole("button", { name: "Send test mail" }).click();
  await expect(page.getByRole("alert")).toHaveText("Invalid email address");
  await page.getByLabel("Send to").fill("studio@example.com");
  await page.getByRole("button", { name: "Send test mail" }).click();
  await expect(page.getByText("A test mail to studio@example.com is on its way.")).toBeVisible();
});

test("every part is accessible, and none is wider than a phone", async ({ page }) => {
  test.slow();
  await openAdmin(page);
  for (const [tab, there] of [
    ["Users", "Manage user accounts"],
    ["Stations", "Every station"],
    ["Audit", "Every login"],
    ["Health", "Embedded PostgreSQL"],
    ["Mail test", "Mail goes by"],
  ] as const) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(page.getByText(there)).toBeVisible();
    await expect(page.getByLabel("Loading…")).toHaveCount(0);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  for (const tab of ["Users", "Stations", "Audit", "Health", "Mail test"]) {
    await page.getByRole("tab", { name: tab }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }
});

test("others are told that the server is not theirs to run", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/admin?tab=health");

  await expect(page.getByRole("heading", { name: "Access Denied" })).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("heading", { name: "Users" })).not.toBeVisible();
  await expect(page.getByRole("link", { name: "Admin" })).toHaveCount(0);
});

test("a list that cannot be fetched says so, and is tried again", async ({ page, expectStatus }) => {
  expectStatus(403);
  await page.route("**/api/v1/instance/health", (route) =>
    route.fulfill({ status: 403, json: { code: "role_too_low", detail: "Your role does not allow this." } }),
  );
  await openAdmin(page, "/admin?tab=health");
  await expect(page.getByRole("alert")).toContainText("Your role does not allow this.");

  await page.unroute("**/api/v1/instance/health");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Recording", { exact: true })).toBeVisible();
});
