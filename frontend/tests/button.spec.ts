import type { Neighbour, PressKeysPublic } from "../src/client";
import { ranked } from "../src/features/buttons/detail/ranking.ts";
import { createOwner, press } from "./support/api.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

test("a button tells its counts, its trend, when it is pressed, and how it stands among its like", async ({ page }) => {
  // Each square of its week is looked at by each rule.
  test.slow();
  await enter(page, product().demo);
  await page.goto("/buttons?sort=-usage_count");
  const link = page.locator("tbody td:nth-child(2) a").first();
  const title = (await link.textContent()) ?? "";
  const count = await page.locator("tbody tr").first().getByRole("cell").nth(4).textContent();
  await link.click();

  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByText("Counted presses", { exact: true }).locator("..")).toContainText(count ?? "?");
  const trend = page.getByRole("region", { name: "Trend" }).first();
  await expect(trend.locator(".recharts-bar-rectangle").first()).toBeAttached();
  await expect(page.getByRole("grid", { name: "When it is pressed" }).getByRole("gridcell")).toHaveCount(7 * 24);
  await expect(page.getByRole("listitem").filter({ hasText: title })).toHaveAttribute("aria-current", "true");
  await expect(page.getByRole("cell", { name: /E[SD]T/ }).first()).toBeVisible();
  await expectAccessible(page);
  await trend.getByRole("button", { name: "Table" }).click();
  await expect(trend.getByRole("row")).toHaveCount(91);
  const buttonId = page.url().match(/buttons\/([\w-]+)/)?.[1];
  await page.getByRole("link", { name: "All in the log" }).click();
  await expect(page).toHaveURL(new RegExp(`/log\\?.*button_id=${buttonId}`));
});

test("a press appears while one looks, without a reload", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id);
  await enter(page, account);
  await page.goto(`/buttons/${button.id}`);
  await expect(page.getByText("No counted presses yet")).toBeVisible();
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");

  await press(button.press_url ?? "");

  await expect(page.getByText("Counted presses", { exact: true }).locator("..")).toContainText("1");
  await expect(page.getByRole("cell", { name: "Counted" })).toBeVisible();
});

test("versions say what was changed by whom, retirements when, and corrections why", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Buckle up", duration: 30 });
  await press(button.press_url ?? "");
  const { data } = await api.call<{ data: { id: string }[] }>("GET", `/presses/?station_id=${station.id}`);
  await api.call("POST", `/presses/${data[0]?.id}/void?station_id=${station.id}`, { reason: "Pressed by mistake" });
  await enter(page, account);
  await page.goto(`/buttons/${button.id}`);

  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit button" });
  await dialog.getByLabel("Title").fill("Buckle up, every seat");
  // "1,500" may be one and a half, and may be 1500.
  for (const wrong of ["1,500", "abc"]) {
    await dialog.getByLabel("Duration").fill(wrong);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByText("A number of seconds")).toBeVisible();
  }
  await dialog.getByLabel("Duration").fill("15");
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Buckle up, every seat");
  const version = page.getByRole("listitem").filter({ hasText: "Version 2" });
  await expect(version).toContainText("by Dana Reyes");
  await expect(version.getByRole("deletion")).toHaveText(["Buckle up", "30 sec"]);
  await expect(version.getByRole("insertion")).toHaveText(["Buckle up, every seat", "15 sec"]);
  await expect(page.getByText("Pressed by mistake")).toBeVisible();

  await page.getByRole("button", { name: "Actions for Buckle up" }).click();
  await page.getByRole("menuitem", { name: "Retire" }).click();
  await expect(page.getByText("until now")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Back in use", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("press keys are made for a deck, replaced, and revoked after a question", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id);
  const deck = await api.createDeck(station.id, "Studio B");
  await enter(page, account);
  await page.goto(`/buttons/${button.id}`);
  const keys = async () =>
    (await api.call<PressKeysPublic>("GET", `/buttons/${button.id}/keys?station_id=${station.id}`)).data;

  await page.getByLabel("New key for").selectOption("Studio B");
  await page.getByRole("button", { name: "Make key" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Studio B" }).filter({ hasText: "/p/" });
  await expect(row).toContainText("Never heard");
  const [made] = await keys();
  expect(made?.deck?.id).toBe(deck.id);
  await press(made?.press_url ?? "");
  await expect(row).toContainText("Last heard now");

  await row.getByRole("button", { name: "Actions for the key of Studio B" }).click();
  await page.getByRole("menuitem", { name: "Replace…" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("The old one stops recording at once");
  await expectAccessible(page, { within: "[role=alertdialog]" });
  await page.getByRole("alertdialog").getByRole("button", { name: "Replace key" }).click();
  await expect(row).not.toContainText(made?.key ?? "?");
  await expect(row).toContainText("Never heard");
  expect((await fetch(made?.press_url ?? "")).status).toBe(404);

  await row.getByRole("button", { name: "Actions for the key of Studio B" }).click();
  await page.getByRole("menuitem", { name: "Revoke…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
  await expect(row).toHaveCount(0);
  await page.getByLabel("Show revoked keys").click();
  await expect(page.getByRole("listitem").filter({ hasText: "Studio B" })).toHaveCount(2);
});

test("a button that is not there has a face of its own, on a phone too", async ({ page, expectStatus }) => {
  expectStatus(404, 422);
  const { account, api, station } = await createOwner();
  const other = await createOwner();
  const foreign = await other.api.createButton(other.station.id);
  const description = `https://example.com/${"longer".repeat(40)}`;
  const own = await api.createButton(station.id, { title: "Buckle up", description });
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, account);

  for (const id of [foreign.id, "nothing"]) {
    await page.goto(`/buttons/${id}`);
    await expect(page.getByText("There is no such button")).toBeVisible();
  }
  await expectAccessible(page);
  await page.getByRole("link", { name: "All buttons" }).click();
  await page.getByRole("link", { name: "Buckle up" }).click();
  await expect(page).toHaveURL(new RegExp(own.id));
  await expect(page.getByText("No counted presses yet")).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test("a button has no rank where more of its type may stand before it than are told", () => {
  const neighbours = Array.from({ length: 50 }, (_, place) => ({ is_itself: place === 49 }) as Neighbour);
  expect(ranked(neighbours).slice(-2)).toMatchObject([{ rank: 49 }, { rank: null }]);
  expect(ranked(neighbours.slice(1)).at(-1)?.rank).toBe(49);
});
