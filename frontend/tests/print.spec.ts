import type { PressPage } from "../src/client";
import { createOwner } from "./support/api.ts";
import { recordPlay } from "./support/presses.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

test("a sheet says whose log it is, of when and of what, and how many presses there are", async ({ page }) => {
  const { account, api, station } = await createOwner({ name: "WXYZ Community", call_sign: "WXYZ" });
  const button = await api.createButton(station.id, { title: "Buckle up" });
  const other = await api.createButton(station.id, { title: "Legal ID" });
  const plays = ["2025-03-04T15:00:00Z", "2025-03-05T15:00:00Z", "2025-03-05T16:00:00Z"];
  const recorded = [];
  for (const pressed_at of plays)
    recorded.push(await recordPlay(api, station.id, { button_id: button.id, pressed_at }));
  await recordPlay(api, station.id, { button_id: other.id, pressed_at: "2025-03-04T12:00:00Z" });
  const reason = { reason: "Fader was down" };
  await api.call("POST", `/presses/${recorded[0]?.press_id}/void?station_id=${station.id}`, reason);
  await enter(page, account);
  await page.goto(`/log?button_id=${button.id}&start=2025-03-04&end=2025-03-05`);
  await expect(page.locator("tr[data-press]")).toHaveCount(3);

  await page.keyboard.press("Control+p");

  const sheets = page.getByTestId("sheets");
  await expect(sheets).toContainText("WXYZ Community");
  for (const words of ["WXYZ", "Mar 4, 2025 – Mar 5, 2025", "America/New_York", "Button: Buckle up"]) {
    await expect(sheets.locator("header")).toContainText(words);
  }
  await expect(sheets.getByRole("list", { name: "Totals by status" }).first()).toHaveText(
    "3 presses · 2 counted · 1 void",
  );
  await expect(sheets.locator("tbody tr")).toHaveText([
    "Wednesday, March 5, 2025",
    /11:00:00 AM EST/,
    /10:00:00 AM EST/,
    "Tuesday, March 4, 2025",
    /10:00:00 AM EST.*Void.*Fader was down/,
  ]);
  await expect(sheets.locator("s")).toHaveText("Buckle up");
  await expectAccessible(page);

  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation").first()).toBeHidden();
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  for (const format of ["A4", "Letter"]) {
    const pdf = await page.pdf({ format });
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  }
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("link", { name: "Back to the log" }).click();
  await expect(page).toHaveURL(new RegExp(`/log\\?.*button_id=${button.id}`));
});

test("what does not fit on paper is said, with the way to the file", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const { id } = await api.createButton(station.id, { title: "Buckle up" });
  await recordPlay(api, station.id, { button_id: id, pressed_at: "2025-03-04T15:00:00Z" });
  await enter(page, account);
  const { data } = await api.call<PressPage>("GET", `/presses/?station_id=${station.id}`);
  // The same press again and again, without an end.
  await page.route("**/api/v1/presses/?*", (route) => {
    const presses = Array.from({ length: 500 }, (_, row) => ({ ...data[0], id: `${row} ${Math.random()}` }));
    return route.fulfill({ json: { data: presses, next_cursor: "more" } });
  });

  await page.goto("/log/print");

  await expect(page.getByText("these are the newest 5,000")).toBeVisible({ timeout: 25_000 });
});
