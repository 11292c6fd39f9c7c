import type { Page, Request } from "@playwright/test";
import { createMember, createOwner, press } from "./support/api.ts";
import type { FreshProduct } from "./support/product.ts";
import { startProduct } from "./support/start.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

const OWNER = { email: "chief@example.com", password: "buckle-up-buttercup" };
const PHONE = { width: 390, height: 844 };

test.describe("a server that was never set up", () => {
  test.describe.configure({ mode: "serial" });

  let fresh: FreshProduct;
  let end = async () => {};

  test.beforeAll(async () => {
    // It makes its database anew.
    test.setTimeout(90_000);
    const started = await startProduct<FreshProduct>("--fresh");
    fresh = started.told;
    end = started.end;
  });

  test.afterAll(async () => {
    await end();
  });

  test("says which link to open to whoever comes without it, and refuses another code", async ({
    page,
    expectStatus,
  }) => {
    expectStatus(403, 422);
    for (const path of ["/", "/login", "/signup", "/setup"]) {
      await page.goto(fresh.url + path);
      await expect(page.getByRole("heading", { name: "Open the set-up link" })).toBeVisible();
      expect(new URL(page.url()).pathname).toBe("/setup");
    }
    await expectAccessible(page);

    // A code that it did not print; and what is wrong with a field is said first, beside it.
    await page.goto(`${fresh.url}/setup#nonsense`);
    await page.getByRole("button", { name: "Create account and station" }).click();

    await expect(page.getByText("Invalid email address")).toBeVisible();
    await expect(page.getByText("Password is required")).toBeVisible();
    await expect(page.getByText("A station needs a name")).toBeVisible();
    await expect(page.getByTestId("email-input")).toBeFocused();

    await fillAccount(page, { ...OWNER, email: "chief@studio.local", station: "WXYZ" });
    await page.keyboard.press("Enter");
    await expect(page.getByText(/not a valid email address/)).toBeVisible();

    await page.getByTestId("email-input").fill(OWNER.email);
    await page.keyboard.press("Enter");
    await expect(page.getByText("This set-up link is not valid.")).toBeVisible();
  });

  test("is set up by its link, on a phone, up to the first press, which is seen live", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.setViewportSize(PHONE);
    const addresses = requestedBy(page);

    // Account and station
    await page.goto(fresh.setUpUrl);
    await expect(page.getByText("Step 1 of 3")).toBeVisible();
    await expectAccessible(page);
    await fillAccount(page, { ...OWNER, station: "WXYZ" });
    await page.getByRole("radio", { name: "Stream" }).check();
    await expect(page.getByTestId("zone-picker")).toHaveText("America/New_York");
    await page.getByTestId("zone-picker").click();
    await expect(page.getByRole("option").first()).toHaveText("America/New_York");
    await page.keyboard.type("sao paulo");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("zone-picker")).toHaveText("America/Sao_Paulo");
    await expect(page.getByText("Days begin and end by this clock.")).toBeVisible();
    await page.getByRole("button", { name: "Create account and station" }).click();

    // The key
    await expect(page.getByText("Step 2 of 3")).toBeVisible();
    await expect(page.getByRole("heading", { name: "Make your first key" })).toBeFocused();
    expect(new URL(page.url()).hash).toBe("");
    await page.getByRole("button", { name: "Make the key" }).click();
    await expect(page.getByText("A button needs a title")).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByTestId("type-select").locator("option:checked")).toHaveText("Sound effect");
    await page.getByTestId("title-input").fill("Hug");
    await page.keyboard.press("Enter");

    // The deck
    await expect(page.getByText("Step 3 of 3")).toBeVisible();
    await expect(page.getByText("GET request in background")).toBeVisible();
    await expect(page.getByTestId("loopback")).toContainText("scripts/start.sh --host 0.0.0.0");
    await expect(page.getByText("Waiting for the first press…")).toBeVisible();
    await page.getByRole("button", { name: "Copy" }).click();
    const pressUrl = await page.getByTestId("press-url").inputValue();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(pressUrl);
    await expectAccessible(page);

    await fetch(pressUrl, { headers: { "Sec-Purpose": "prefetch" } });
    await expect(page.getByText("opened by a link preview, which does not count")).toBeVisible();
    await press(pressUrl);
    await expect(page.getByRole("status").filter({ hasText: /^First press recorded at .+(GMT-3|BRT)/ })).toBeVisible();
    await expect(page.getByText("Your key works.")).toBeVisible();
    await press(pressUrl);
    await expect(page.getByText("2 presses so far.")).toBeVisible();

    // One more, and on to the dashboard
    await page.getByRole("button", { name: "Make another key" }).click();
    await expect(page.getByRole("heading", { name: "Make a key" })).toBeVisible();
    await page.getByTestId("title-input").fill("Airhorn");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Do this later" }).click();
    await page.waitForURL((url) => url.pathname === "/");
    await expect(page.getByText("WXYZ")).toBeVisible();

    const token = new URL(fresh.setUpUrl).hash.slice(1);
    expect(token.length).toBeGreaterThan(20);
    expect(addresses().filter((address) => address.includes(token))).toEqual([]);

    // The link has done its work.
    await page.goto(fresh.setUpUrl);
    await expect(page.getByRole("heading", { name: "Set-up has been done" })).toBeVisible();
  });
});

test("where set-up has been done, one logs in to make a key, and a viewer is told whom to ask", async ({ page }) => {
  const { account, api, station } = await createOwner();
  await page.goto("/setup");
  await expect(page.getByText("If you have no account, ask whoever runs this server")).toBeVisible();
  await expect(page.getByRole("link", { name: "Forgot password?" })).toBeVisible();
  await expectAccessible(page);

  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.keyboard.press("Enter");

  await expect(page.getByText(`You are logged in as ${account.email}.`)).toBeVisible();
  await page.getByRole("button", { name: "Make a key" }).click();
  await expect(page.getByText(`Name one thing that you play or do at ${station.name}.`)).toBeVisible();
  await expect(page.getByTestId("type-select").locator("option:checked")).toHaveText("PSA");

  await enter(page, await createMember(api, station.id, "viewer"));
  await page.goto("/setup");
  await expect(page.getByText("Ask an owner of your station to make you an editor.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Make a key" })).toHaveCount(0);
  await page.getByRole("link", { name: "Go to Today" }).click();
  await page.waitForURL((url) => url.pathname === "/");
});

test.describe("a server that does not answer", () => {
  test.use({ expectedMessages: [/status of 401|ERR_FAILED/] });

  test("is said to be unreachable, and asked again", async ({ page }) => {
    await page.route("**/api/v1/setup/", (route) => route.abort());
    await page.goto("/setup");
    // It is asked a few times first.
    await expect(page.getByRole("heading", { name: "The server does not answer" })).toBeVisible({ timeout: 15_000 });

    await page.unroute("**/api/v1/setup/");
    await page.getByRole("button", { name: "Try again" }).click();

    await expect(page.getByRole("heading", { name: "Set-up has been done" })).toBeVisible();
  });
});

async function fillAccount(page: Page, account: { email: string; password: string; station: string }): Promise<void> {
  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.getByTestId("station-name-input").fill(account.station);
}

/** The addresses of everything that a page asks for from now on. */
function requestedBy(page: Page): () => string[] {
  const addresses: string[] = [];
  page.on("request", (request: Request) => addresses.push(request.url()));
  return () => addresses;
}
