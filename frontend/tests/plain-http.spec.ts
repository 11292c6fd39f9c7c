import { createOwner } from "./support/api.ts";
import { product } from "./support/product.ts";
import { expect, expectAccessible, logIn, test } from "./support/test.ts";

// A name that browsers do not trust as they trust localhost: no clipboard, no service worker, no installing.
test.use({ baseURL: async ({ browserName: _browserName }, use) => use(product().studioUrl) });

test("copying works over plain http, and what does not work says why", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Station ID" });
  const key = await api.createKey(station.id, button.id, null);
  await logIn(page, account);
  await expect(page.getByTestId("user-menu")).toBeVisible();
  expect(await page.evaluate(() => [window.isSecureContext, "clipboard" in navigator])).toEqual([false, false]);
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");

  await page.keyboard.press("Control+k");
  const search = page.getByRole("dialog").getByRole("combobox");
  await search.fill("copy");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("option", { name: "Station ID" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByText("The press URL of Station ID is copied.")).toBeVisible();

  // What is on the clipboard shows where it is pasted.
  await page.keyboard.press("Control+k");
  await expect(search).toBeFocused();
  await page.keyboard.press("Control+v");
  await expect(search).toHaveValue(new RegExp(`${new URL(key.press_url).pathname}$`));

  await search.fill("this device");
  await page.keyboard.press("Enter");
  const panel = page.getByTestId("device-panel");
  await expect(panel).toContainText("Browsers install pages only from https");
  await expect(panel).toContainText("Works, in the way that is left over plain http");
  await expect(panel).toContainText("Browsers keep pages only from https");
  await expectAccessible(page, { within: "[role=dialog]" });
});

test("on the server's own machine the same panel says that everything works", async ({ page }) => {
  const { account } = await createOwner();
  await page.goto(`${product().url}/login`);
  await page.getByTestId("email-input").fill(account.email);
  await page.getByTestId("password-input").fill(account.password);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("user-menu")).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("this device");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("device-panel")).toContainText("go straight to the clipboard");
});
