import type { Locator } from "@playwright/test";
import { createOwner } from "./support/api.ts";
import { enter, expect, expectAccessible, logIn, test } from "./support/test.ts";

test("login leads to Today, and logging out back to the login", async ({ page }) => {
  const { account, station } = await createOwner();

  await logIn(page, account);

  await expect(page.getByRole("heading", { name: "Today", exact: true })).toBeVisible();
  await expect(page.getByText(station.name)).toBeVisible();
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await page.getByTestId("user-menu").click();
  await expect(page.getByRole("menuitem", { name: "Log out" })).toBeVisible();
  await expectAccessible(page, { within: "[role=menu]" });
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL("/login");
  await page.goto("/settings");
  await page.waitForURL("/login");
});

test("an answer of before the login, that nobody is logged in, does not end it", async ({ page }) => {
  const { account } = await createOwner();
  const taken = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await page.route("**/api/v1/login/session", async (route, request) => {
    if (request.method() !== "GET") return route.fallback();
    const response = await route.fetch();
    taken.resolve();
    await gate.promise;
    // It is given up by a page that has no use for it.
    await route.fulfill({ response }).catch(() => undefined);
  });
  await page.goto("/login");
  await taken.promise;

  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.getByRole("button", { name: "Log In" }).click();
  await expect(page.getByTestId("guide-step-1")).toBeVisible();
  gate.resolve();
  await page.getByRole("link", { name: "Buttons" }).first().click();

  await expect(page.getByRole("heading", { level: 1, name: "Buttons" })).toBeVisible();
  await page.getByTestId("user-menu").click();
  await expect(page.getByRole("menuitem", { name: "Log out" })).toBeVisible();
});

test("whoever is not logged in comes back to where they wanted to go", async ({ page }) => {
  const { account } = await createOwner();

  await page.goto("/insights");
  await page.waitForURL("/login");
  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.getByTestId("password-input").press("Enter");

  await page.waitForURL("/insights");
});

test("who is logged in is told so on a phone, and nothing moves for it", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.setViewportSize({ width: 390, height: 844 });
  let answer = () => {};
  const isAsked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/v1/login/session", async (route) => {
    await isAsked;
    await route.continue();
  });
  const isTold = page.waitForResponse("**/api/v1/setup/");
  await page.goto("/login");
  await (await isTold).finished();
  const placeOf = (locator: Locator) => locator.evaluate((element) => element.getBoundingClientRect().top);
  const fixed = [
    page.getByRole("heading"),
    page.getByTestId("email-input"),
    page.getByRole("button", { name: "Log In" }),
  ];
  const before = await Promise.all(fixed.map(placeOf));
  // Nobody is offered an account before it is known whether they have one.
  await expect(page.getByRole("link", { name: "Sign up" })).toHaveCount(0);

  answer();

  await expect(page.getByText(`You are logged in as ${account.email}.`)).toBeVisible();
  expect(await Promise.all(fixed.map(placeOf))).toEqual(before);
});

test("the login is accessible", async ({ page }) => {
  await page.goto("/login");
  await expect(page.getByTestId("email-input")).toBeVisible();
  await expectAccessible(page);
});

test("a screen opens at its own address", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);

  await page.goto("/log");

  await expect(page.getByRole("heading", { name: "Log" })).toBeVisible();
});
