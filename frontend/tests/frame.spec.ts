import type { Page } from "@playwright/test";
import { createOwner } from "./support/api.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

test("the frame is used by keyboard alone, and a screen's heading is where one goes on", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/");
  await expect(page.getByTestId("user-menu")).toBeVisible();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  const link = page.getByRole("navigation").getByRole("link", { name: "Insights" });
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(heading(page, "Insights")).toBeFocused();
  await expect(page).toHaveTitle("Insights – Stream Deck Button Tracker");
  await expect(link).toHaveAttribute("aria-current", "page");

  await page.getByTestId("user-menu").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "User settings" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/settings");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await page.keyboard.type("buttons");
  await page.keyboard.press("Enter");
  await expect(heading(page, "Buttons")).toBeFocused();
});

test("going back leads to where one was on the page", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/insights");
  await page.addStyleTag({ content: "main { min-height: 4000px }" });
  await expect(page.getByTestId("user-menu")).toBeVisible();
  await page.evaluate(() => window.scrollTo(0, 1500));
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(1500);

  await page.getByRole("navigation").getByRole("link", { name: "Log" }).click();
  await expect(heading(page, "Log")).toBeFocused();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0);
  await page.goBack();
  await expect(heading(page, "Insights")).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(1500);
});

test("an unknown address is said in the frame, and leads on", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/no/such/screen");

  await expect(heading(page, "There is no such page")).toBeVisible();
  await expect(page).toHaveTitle(/^There is no such page/);
  await expect(page.getByRole("navigation")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Go to Today" }).last().click();
  await expect(heading(page, "Today")).toBeFocused();
});

test.describe("when a part of the page is gone", () => {
  test.use({ expectedMessages: [[/status of 404/, /MissingChunk/, /Failed to load/], { scope: "test" }] });

  test("a new version is named, and a reload offered; the frame stays", async ({ page }) => {
    const { account } = await createOwner();
    await enter(page, account);
    await page.route("**/assets/insights-*.js", (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto("/");
    await expect(page.getByTestId("user-menu")).toBeVisible();

    await page.getByRole("navigation").getByRole("link", { name: "Insights" }).click();
    await expect(heading(page, "There is a new version")).toBeVisible();
    await expect(page.getByTestId("user-menu")).toBeVisible();
    await expectAccessible(page);
    await page.unrouteAll();
    await page.getByRole("button", { name: "Reload" }).click();
    await expect(heading(page, "Insights")).toBeVisible();
  });
});

test("on a phone the bar at the bottom leads everywhere", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Station" }).click();
  await expect(heading(page, "Station")).toBeFocused();
  await page.getByRole("navigation").getByRole("link", { name: "Log" }).click();
  await expect(heading(page, "Log")).toBeFocused();
  await expectAccessible(page);
  for (const target of await page.getByRole("navigation").getByRole("link").all()) {
    const box = await target.boundingBox();
    expect(box && Math.min(box.width, box.height)).toBeGreaterThanOrEqual(36);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

test("on a wall everything is larger", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
  await page.goto("/");
  await expect(heading(page, "Today")).toBeVisible();
  expect(await size()).toBe(16);
  await page.setViewportSize({ width: 2560, height: 1440 });
  expect(await size()).toBe(20);
});
