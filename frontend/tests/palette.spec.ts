import type { Page } from "@playwright/test";
import { Api, createMember, createOwner } from "./support/api.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Search or jump to…" });
const choice = (page: Page, name: string | RegExp) => palette(page).getByRole("option", { name });

/** Opens Today, and the palette by its key. */
async function openPalette(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByTestId("user-menu")).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(palette(page).getByRole("combobox")).toBeFocused();
}

test("finds a button by its title, goes there, and remembers it", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Storm warning, county" });
  await api.createButton(station.id, { title: "Blood drive" });
  await enter(page, account);

  await openPalette(page);
  await page.keyboard.type("storm");
  await expect(choice(page, "Storm warning, county")).toBeVisible();
  await expect(choice(page, "Blood drive")).toBeHidden();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === `/buttons/${button.id}`);

  await page.keyboard.press("Control+k");
  await expect(palette(page).getByRole("group", { name: "Recent" })).toContainText("Storm warning, county");
  await page.keyboard.type("no such thing");
  await expect(palette(page)).toContainText("Nothing found for “no such thing”.");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
});

test("copies the press URL of a button without the mouse", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Station ID" });
  const key = await api.createKey(station.id, button.id, null);
  await enter(page, account);

  await openPalette(page);
  await page.keyboard.type("copy");
  await expect(choice(page, "Copy a press URL…")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(palette(page).getByRole("combobox")).toHaveAttribute("placeholder", /which button/);
  await page.keyboard.press("Escape");
  await expect(palette(page).getByRole("combobox")).toHaveAttribute("placeholder", "Search or jump to…");
  await page.keyboard.type("copy");
  await page.keyboard.press("Enter");
  await expect(choice(page, "Station ID")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");

  await expect(page.getByText("The press URL of Station ID is copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(new URL(key.press_url).pathname);
  await expect(palette(page)).toBeHidden();
});

test("does what screens do: a missed play, a new button, the appearance, another station, leaving", async ({
  page,
}) => {
  const { account, api } = await createOwner();
  const second = await (await Api.asSuperuser()).createStation({ name: "WTWO Second" });
  await (await Api.asSuperuser()).call("POST", `/stations/${second.id}/members`, {
    email: account.email,
    role: "owner",
  });
  expect(await api.call("GET", "/stations/")).toMatchObject({ count: 2 });
  await enter(page, account);

  const choose = async (typed: string, name: string) => {
    await openPalette(page);
    await page.keyboard.type(typed);
    await expect(choice(page, name)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Enter");
  };
  await choose("missed", "Add a missed play");
  await page.waitForURL(/\/log\?.*add=true/);
  await choose("make a", "Make a button");
  await expect(page.getByRole("dialog", { name: "New button" }).getByLabel("Title")).toBeFocused();
  await choose("dark", "Appearance: Dark");
  await expect(page.locator("html")).toHaveClass(/dark/);
  await choose("switch wtwo", "Switch to WTWO Second");
  await page.waitForURL(new RegExp(`station=${second.id}`));
  await expect(page.getByRole("banner").getByText("WTWO Second")).toBeVisible();
  await choose("log out", "Log out");
  await page.waitForURL("/login");
});

test("offers a viewer nothing that changes something, and is usable on a phone", async ({ page }) => {
  const { api, station } = await createOwner();
  const viewer = await createMember(api, station.id, "viewer");
  await enter(page, viewer);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");

  await page.getByRole("button", { name: "Search or jump to…" }).click();
  await expect(choice(page, "Insights")).toBeVisible();
  await expect(choice(page, "Log out")).toHaveCount(1);
  for (const name of ["Copy a press URL…", "Add a missed play", "Make a button"]) {
    await expect(choice(page, name)).toHaveCount(0);
  }
  await expectAccessible(page);
  await choice(page, "Insights").click();
  await page.waitForURL((url) => url.pathname === "/insights");
});

test("keys without Ctrl go to screens and show what they are, but not while somebody types", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await openPalette(page);
  await page.keyboard.type("gl?");
  await expect(palette(page).getByRole("combobox")).toHaveValue("gl?");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();

  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.waitForURL((url) => url.pathname === "/log");
  await page.keyboard.press("Shift+?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await expect(help).toContainText("Go to Insights");
  await expectAccessible(page);
  await help.getByRole("switch", { name: "Keys without Ctrl" }).click();
  await expect(help).not.toContainText("Go to Insights");
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("Shift+?");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/log");
});
