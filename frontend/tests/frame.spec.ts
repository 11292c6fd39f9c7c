import type { Page } from "@playwright/test";
import { problemOf } from "../src/lib/problem.ts";
import { createOwner, press } from "./support/api.ts";
import { manifest } from "./support/build.ts";
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

  test("charts whose library is gone name a new version as well, and are drawn after a reload", async ({ page }) => {
    const { account, api, station } = await createOwner();
    const button = await api.createButton(station.id);
    await press(button.press_url ?? "");
    await enter(page, account);
    await page.route("**/assets/trend-chart-*.js", (route) => route.fulfill({ status: 404, body: "" }));

    await page.goto(`/buttons/${button.id}`);
    await expect(heading(page, "There is a new version")).toBeVisible();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Reload" }).click();
    await expect(page.locator(".recharts-surface").first()).toBeVisible();
  });

  test("a server that is only away is waited for, and not left for an error of the browser", async ({ page }) => {
    const { account } = await createOwner();
    await enter(page, account);
    for (const lost of ["**/assets/insights-*.js", "**/utils/health-check/"])
      await page.route(lost, (route) => route.abort());
    await page.goto("/");
    await expect(page.getByTestId("user-menu")).toBeVisible();

    await page.getByRole("navigation").getByRole("link", { name: "Insights" }).click();
    await expect(heading(page, "The server does not answer")).toBeVisible();
    await page.getByRole("button", { name: "Try now" }).click();
    await expect(heading(page, "The server does not answer")).toBeVisible();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try now" }).click();
    await expect(heading(page, "Insights")).toBeVisible();
  });

  test("notices, and the login that is asked for over a screen, were fetched ahead", async ({ page }) => {
    const { account, api } = await createOwner();
    await enter(page, account);
    await page.goto("/");
    const wanted = ["src/components/shell/session-expired-dialog.tsx", "node_modules/sonner/dist/index.mjs"];
    const files = wanted.map((name) => manifest()[name]?.file ?? `no ${name}`);
    const fetched = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .map(({ name }) => name)
          .join(" "),
      );
    for (const file of files) await expect.poll(fetched).toContain(file);
    // The server has another version from now on.
    await page.route("**/assets/*", (route) => route.fulfill({ status: 404, body: "" }));

    await page.route("**/api/v1/login/session", (route) => route.fulfill({ status: 503, body: "" }));
    await page.getByTestId("user-menu").click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await expect(page.getByText("The server answered with an error (503). Try again shortly.")).toBeVisible();
    await page.unroute("**/api/v1/login/session");
    await api.call("DELETE", "/users/me/sessions");
    await expect(page.getByTestId("session-expired")).toBeVisible();
  });
});

test("what is not answered is asked again", async ({ page }) => {
  const { account, api, station } = await createOwner();
  await api.createButton(station.id, { title: "Buckle up" });
  await enter(page, account);
  await page.clock.install();
  let turn = 0;
  await page.route("**/api/v1/buttons/?*", (route) => (++turn === 1 ? undefined : route.continue()));
  await page.goto("/buttons");
  await expect.poll(() => turn).toBe(1);

  await page.clock.fastForward(31_000);

  await expect(page.getByRole("link", { name: "Buckle up" })).toBeVisible();
});

test("what came of an answer that broke off is said as if there was none", () => {
  const brokenOff = problemOf(new TypeError("network error"), new Response());
  const refused = problemOf("<h1>Forbidden</h1>", new Response(null, { status: 403 }));

  expect([brokenOff.status, brokenOff.code]).toEqual([0, "unreachable"]);
  expect([refused.status, refused.code]).toEqual([403, "unknown"]);
});

test("the dashboard works below a path, and asks for nothing outside of it", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  // As a proxy does that takes the path away, with a server whose PUBLIC_URL has it.
  await page.route("**/tracker/**", async (route) => {
    const url = route.request().url().replace("/tracker/", "/");
    if (!route.request().isNavigationRequest()) return route.continue({ url });
    const response = await route.fetch({ url });
    return route.fulfill({
      response,
      body: (await response.text()).replace('<base href="/"', '<base href="/tracker/"'),
    });
  });
  const paths: string[] = [];
  page.on("request", (request) => paths.push(new URL(request.url()).pathname));

  await page.goto("/tracker/log");
  await expect(heading(page, "Log")).toBeVisible();
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await page.getByRole("navigation").getByRole("link", { name: "Insights" }).click();
  await page.waitForURL((url) => url.pathname === "/tracker/insights");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("missed");
  await expect(page.getByRole("option", { name: "Add a missed play" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tracker\/log\?.*add=true/);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByTestId("user-menu").click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL("/tracker/login");
  await page.goto("/tracker/station");
  await page.waitForURL("/tracker/login");
  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/tracker/station");

  expect(paths.filter((path) => !path.startsWith("/tracker/"))).toEqual([]);
});

test("a browser whose first language is none shows the page all the same", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.addInitScript(() =>
    Object.defineProperty(navigator, "languages", { get: () => ["en-US@posix", "de-DE"] }),
  );

  await page.goto("/");

  await expect(heading(page, "Today")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(/Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag/);
});

test("on a phone the bar at the bottom leads everywhere", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");

  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("menuitem", { name: "Station" })).toBeVisible();
  await expectAccessible(page, { within: "[role=menu]" });
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
