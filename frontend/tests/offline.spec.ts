import type { Page } from "@playwright/test";
import { createOwner } from "./support/api.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

test.use({
  serviceWorkers: "allow",
  // What a browser says of its own accord when it has no network.
  expectedMessages: [[/net::ERR_/, /The server does not answer/], { scope: "test" }],
});

/** Opens Today, and waits until the browser has a copy of the dashboard. */
async function openAndKeep(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Today", exact: true })).toBeVisible();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (navigator.serviceWorker.controller?.state !== "activated") {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
}

test("opens without a network, says so, and goes on by itself", async ({ page, context }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await openAndKeep(page);

  await context.setOffline(true);
  await page.goto("/log");
  await expect(page.getByRole("heading", { name: "This device has no network" })).toBeVisible();
  expect(await page.title()).toContain("This device has no network");
  await expectAccessible(page);
  // What the server answers itself is not replaced by the dashboard.
  await expect((await context.newPage()).goto("/docs")).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);

  await expect(page.getByRole("button", { name: "Try now" })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("heading", { name: "Log", exact: true })).toBeVisible();
});

test("keeps its own files and no answer of the API", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await openAndKeep(page);

  const kept = await page.evaluate(async () => {
    const caches = await window.caches.keys();
    const requests = await Promise.all(caches.map(async (name) => (await window.caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain("/");
  expect(kept.filter((path) => !/^\/(|theme\.js|manifest\.webmanifest|assets\/.+|icons\/.+)$/.test(path))).toEqual([]);
});

test("serves its worker and its manifest in a way that an update is not missed", async ({ request }) => {
  const worker = await request.get("/sw.js");
  expect(worker.headers()).toMatchObject({
    "cache-control": "no-cache",
    "content-type": "text/javascript; charset=utf-8",
  });

  const manifest = await request.get("/manifest.webmanifest");
  expect(manifest.headers()["content-type"]).toBe("application/manifest+json");
  const { icons, start_url, scope } = (await manifest.json()) as {
    icons: { src: string }[];
    start_url: string;
    scope: string;
  };
  // Relative, so that they also hold where the dashboard is served below a path.
  expect([start_url, scope]).toEqual(["./", "./"]);
  for (const { src } of icons) expect((await request.get(`/${src}`)).ok(), src).toBe(true);
});

test("offers a new version once nobody is typing, and never reloads by itself", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.clock.install();
  await page.goto("/");
  await expect(page.getByTestId("user-menu")).toBeVisible();
  await page.clock.runFor(2_000);
  await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
  // The server has another version from now on.
  await page.route(
    (url) => url.pathname === "/",
    async (route) => route.fulfill({ contentType: "text/html", body: "<script type=module src=./assets/new.js>" }),
  );

  await page.keyboard.press("Control+k");
  const search = page.getByRole("dialog").getByRole("combobox");
  await search.fill("half a wor");
  const looked = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/");
  await page.clock.fastForward("01:01:00");
  await looked;
  const offer = page.getByText("A new version of the dashboard is there.");
  await page.clock.runFor(5_000);
  await expect(offer).toBeHidden();
  await expect(search).toHaveValue("half a wor");

  await page.keyboard.press("Escape");
  await page.clock.runFor(3_000);
  await expect(offer).toBeVisible();
  expect(await page.evaluate(() => "isTheSamePage" in window)).toBe(true);
  await page.unroute((url) => url.pathname === "/");
  await page.unrouteAll();
  const reloaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Reload" }).click();
  await reloaded;
  await expect(page.getByRole("heading", { name: "Today", exact: true })).toBeVisible();
});
