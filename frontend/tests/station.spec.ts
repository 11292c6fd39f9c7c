import { randomUUID } from "node:crypto";
import type { MembersPublic } from "../src/client";
import { Api, createMember, createOwner, press } from "./support/api.ts";
import { product } from "./support/product.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

test("an owner changes the station, and is told what a change of zone does", async ({ page }) => {
  const { account, api, station } = await createOwner({ zone: "America/New_York" });
  await enter(page, account);
  await page.goto("/station");

  await page.getByLabel("Name").fill("Night shift");
  await page.getByLabel("Purpose").selectOption("Operations desk");
  await page.getByTestId("zone-picker").click();
  await page.getByPlaceholder("Search, such as Berlin or New York").fill("Los Angeles");
  await page.getByRole("option", { name: "America/Los_Angeles" }).click();
  await expect(
    page.getByText("All days of the record are cut anew by the clocks of America/Los_Angeles"),
  ).toBeVisible();
  await page.getByLabel("Call sign").fill("WXYZ");
  // What may be a thousand to some and a one to others is neither.
  for (const wrong of ["4000", "3,600"]) {
    await page.getByLabel("De-duplication").fill(wrong);
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Enter 0 to 3600 seconds, such as 1.5")).toBeVisible();
  }
  await page.getByLabel("De-duplication").fill("1,5");
  await expect(page.getByText("Enter 0 to 3600 seconds")).toHaveCount(0);
  await page.getByRole("button", { name: "Save changes" }).click();

  await expect(page.getByText("The station was saved")).toBeVisible();
  await expect(page.locator("header").getByText("Night shift")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save changes" })).toBeDisabled();
  expect(await api.call("GET", `/stations/${station.id}`)).toMatchObject({
    name: "Night shift",
    purpose: "desk",
    zone: "America/Los_Angeles",
    call_sign: "WXYZ",
    community: null,
    dedup_window_ms: 1500,
  });
});

test("what another owner saves meanwhile is shown, and stays as they saved it", async ({ page }) => {
  const { account, api, station } = await createOwner({ zone: "America/New_York" });
  const { id: userId } = await api.call<{ id: string }>("GET", "/users/me");
  await enter(page, account);
  await page.goto("/station");
  // What another tab of the same login says has everything fetched anew.
  const refetch = () => page.evaluate((id) => new BroadcastChannel("session /").postMessage(id), userId);
  await expect(page.getByLabel("Community")).toHaveValue("");

  await api.call("PATCH", `/stations/${station.id}`, { community: "Campus radio" });
  // Whoever listens comes a moment after the screen.
  await expect(async () => {
    await refetch();
    await expect(page.getByLabel("Community")).toHaveValue("Campus radio", { timeout: 1_000 });
  }).toPass();

  await page.getByLabel("Call sign").fill("WXYZ");
  await api.call("PATCH", `/stations/${station.id}`, { name: "Renamed", zone: "Europe/Berlin" });
  await refetch();
  await expect(page.locator("header").getByText("Renamed")).toBeVisible();
  await expect(page.getByLabel("Call sign")).toHaveValue("WXYZ");
  await expect(page.getByText("All days of the record are cut anew")).toHaveCount(0);
  await page.getByRole("button", { name: "Save changes" }).click();

  await expect(page.getByText("The station was saved")).toBeVisible();
  await expect(page.getByTestId("zone-picker")).toHaveText("Europe/Berlin");
  expect(await api.call("GET", `/stations/${station.id}`)).toMatchObject({
    name: "Renamed",
    zone: "Europe/Berlin",
    call_sign: "WXYZ",
    community: "Campus radio",
  });
});

test("what is not saved is not left without a word", async ({ page }) => {
  const { account, station } = await createOwner();
  const superuser = await Api.asSuperuser();
  const second = await superuser.createStation({ name: "The second" });
  await superuser.call("POST", `/stations/${second.id}/members`, { email: account.email, role: "owner" });
  await enter(page, account);
  await page.goto("/log");
  await page.getByRole("link", { name: "Station", exact: true }).click();
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });

  await page.getByLabel("Call sign").fill("WXYZ");
  await page.getByRole("tab", { name: "Decks" }).click();
  await expect(question).toBeVisible();
  await expectAccessible(page, { within: "[role=alertdialog]" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(question).toHaveCount(0);
  await expect(page.getByLabel("Call sign")).toHaveValue("WXYZ");
  await expect(page.getByLabel("Call sign")).toBeFocused();

  await page.getByRole("link", { name: "Log", exact: true }).click();
  await question.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByRole("heading", { name: "Log", exact: true })).toBeFocused();
  await expect(question).toHaveCount(0);
  await page.goBack();
  await expect(page.getByLabel("Call sign")).toHaveValue("");

  // The zone alone, and back by the browser
  await page.getByTestId("zone-picker").click();
  await page.getByPlaceholder("Search, such as Berlin or New York").fill("Berlin");
  await page.getByRole("option", { name: "Europe/Berlin" }).click();
  await page.goBack();
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(question).toHaveCount(0);
  await expect(page.getByTestId("zone-picker")).toBeFocused();
  await expect(page).toHaveURL("/station");

  // To another station, and saved after all
  await page.getByRole("button", { name: station.name }).click();
  await page.getByRole("menuitem", { name: "The second" }).click();
  await question.getByRole("button", { name: "Keep editing" }).click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("The station was saved")).toBeVisible();
  await expect(page.getByRole("button", { name: station.name })).toBeVisible();
  await page.getByRole("tab", { name: "Decks" }).click();
  await expect(page.getByRole("tab", { name: "Decks" })).toBeFocused();
  await expect(page.getByRole("tab", { name: "Decks" })).toHaveAttribute("aria-selected", "true");

  // Out is out: who is logged out has no form any more.
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("Call sign").fill("WXYZ");
  await page.getByTestId("user-menu").click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL("/login");
});

test("a reload asks about what is not saved; a logout in another tab does not", async ({
  page,
  context,
  watchConsole,
  expectStatus,
}) => {
  // What either tab still asks for once the other has logged out.
  expectStatus(401);
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/station");
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });

  await page.getByLabel("Call sign").click();
  await page.keyboard.type("WXYZ");
  await page.evaluate(() => window.location.reload());
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page.getByLabel("Call sign")).toHaveValue("WXYZ");

  const other = await context.newPage();
  watchConsole(other);
  await other.goto("/");
  await other.getByTestId("user-menu").click();
  await other.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL("/login");
  expect(asked).toHaveLength(1);
});

test("a viewer reads what an owner may change", async ({ page }) => {
  const { api, station } = await createOwner();
  await api.createDeck(station.id);
  await enter(page, await createMember(api, station.id, "viewer"));
  await page.goto("/station?tab=audit");

  await expect(page.getByText("An owner can change these.")).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByText("America/New_York")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await expect(page.getByRole("tab")).toHaveText(["Settings", "Decks", "Members", "Mails"]);
  await page.getByRole("tab", { name: "Decks" }).click();
  await expect(page.getByRole("heading", { name: "Studio A" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add deck" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Test mode" })).toHaveCount(0);
  await page.getByRole("tab", { name: "Members" }).click();
  await expect(page.getByRole("row").filter({ hasText: "The viewer" })).toContainText("Viewer");
  await expect(page.getByRole("heading", { name: "Invitations" })).toHaveCount(0);
  await expect(page.getByRole("combobox")).toHaveCount(0);
});

test("a deck is added, renamed and deleted, by keyboard", async ({ page }) => {
  const { account } = await createOwner();
  await enter(page, account);
  await page.goto("/station");
  await page.getByRole("tab", { name: "Settings" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/tab=decks/);
  await expect(page.getByText("No decks yet")).toBeVisible();

  await page.getByRole("button", { name: "Add deck" }).press("Enter");
  await page.getByRole("textbox", { name: "Name" }).press("Enter");
  await expect(page.getByText("A deck needs a name")).toBeVisible();
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.getByRole("textbox", { name: "Name" }).fill("Studio B");
  await page.getByRole("textbox", { name: "Name" }).press("Enter");
  const deck = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: /Studio B|Remote/ }) });
  await expect(deck).toContainText("It has no active key");

  await deck.getByRole("button", { name: "Actions for Studio B" }).press("Enter");
  await page.getByRole("menuitem", { name: "Rename" }).press("Enter");
  await page.getByRole("textbox", { name: "Name" }).fill("Remote");
  await page.getByRole("textbox", { name: "Name" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Remote" })).toBeVisible();
  await expect(deck.getByRole("button", { name: "Actions for Remote" })).toBeFocused();

  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).press("Enter");
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await expect(page.getByText("No decks yet")).toBeVisible();
});

test("test mode shows on every screen until it is ended, and can be taken up again", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id);
  const deck = await api.createDeck(station.id);
  const { press_url: url } = await api.createKey(station.id, button.id, deck.id);
  await enter(page, account);
  await page.goto("/station?tab=decks");
  const card = page.getByRole("listitem").filter({ hasText: "Last heard" });
  await expect(card).toContainText("1 active");

  await card.getByRole("button", { name: "Test mode for Studio A" }).click();
  await page.getByRole("menuitem", { name: "1 hour" }).click();
  await expect(page.getByText("Test mode: presses of Studio A do not count until")).toBeVisible();
  await expect(card).toContainText("Test mode");
  await press(url);
  await expect(card.getByText("now", { exact: true })).toBeVisible();

  await card.getByRole("button", { name: "End test mode" }).click();
  await expect(page.getByText("Test mode: presses of Studio A")).toHaveCount(0);
  await expect(card).toContainText("Heard");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Test mode: presses of Studio A")).toBeVisible();
  // What was ever used tells of the record, and stays.
  await card.getByRole("button", { name: "Actions for Studio A" }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Rename"]);
});

test("a role is changed and changed back, and shows again what it was where the server refuses", async ({
  page,
  expectStatus,
}) => {
  expectStatus(409);
  const { account, api, station } = await createOwner();
  await createMember(api, station.id, "viewer");
  await enter(page, account);
  await page.goto("/station?tab=members");
  const role = page.getByLabel("Role of The viewer");

  await role.selectOption("Editor");
  await expect(page.getByText("The viewer is an editor now")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(role).toHaveValue("viewer");

  await page.route("**/members/*", (route) =>
    route.fulfill({ status: 409, json: { code: "last_owner", detail: "A station needs an owner." } }),
  );
  await role.selectOption("Owner");
  await expect(page.getByText("A station needs an owner.")).toBeVisible();
  await expect(role).toHaveValue("viewer");
});

/** Takes out whoever made the station, so that one owner is left. */
async function withoutOthers(api: Api, stationId: string): Promise<void> {
  const { data } = await api.call<MembersPublic>("GET", `/stations/${stationId}/members`);
  for (const { user_id: userId, email } of data) {
    if (email === product().superuser.email) await api.call("DELETE", `/stations/${stationId}/members/${userId}`);
  }
}

test("a member is removed and taken back, and the last owner is told why they stay", async ({ page }) => {
  const { account, api, station } = await createOwner();
  await createMember(api, station.id, "editor");
  await withoutOthers(api, station.id);
  await enter(page, account);
  await page.goto("/station?tab=members");

  await expect(page.getByLabel("Role of Dana Reyes")).toBeDisabled();
  await expect(page.getByText("The last owner stays one")).toBeVisible();
  await expect(page.getByRole("button", { name: "Leave the station" })).toBeDisabled();
  await page.getByRole("button", { name: "Actions for The editor" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("The editor was removed")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "The editor" })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByLabel("Role of The editor")).toHaveValue("editor");
});

test("a member leaves, and sees the station no more", async ({ page }) => {
  const { api, station } = await createOwner();
  await enter(page, await createMember(api, station.id, "editor"));
  await page.goto("/station?tab=members");

  await page.getByRole("button", { name: "Leave the station" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave the station" }).click();

  await expect(page.getByText("You are not a member of any station")).toBeVisible();
});

test("somebody is invited, invited again, and their invitation revoked", async ({ page, expectStatus }) => {
  expectStatus(409);
  const { account, api, station } = await createOwner();
  const email = `${randomUUID()}@example.com`;
  await enter(page, account);
  await page.goto("/station?tab=members");
  await expect(page.getByText("No open invitations")).toBeVisible();

  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("Email").fill(account.email);
  await page.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
  await expect(page.getByRole("alert")).toContainText("member already");
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption("Viewer");
  // A click beside the dialog loses nothing.
  await page.mouse.click(5, 5);
  await page.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
  await expect(page.getByText(`An invitation to ${email} is on its way`)).toBeVisible();
  await expect(page.getByText("Pending", { exact: true })).toBeVisible();

  // Without mail the owner hands the link on.
  await page.route("**/invitations/*/send", async (route) => {
    const answer = await route.fetch();
    const sent = { ...(await answer.json()), invitation_link: `${product().url}/invitation#token=abc` };
    await route.fulfill({ response: answer, json: sent });
  });
  await page.getByRole("button", { name: `Send the invitation to ${email} again` }).click();
  await expect(page.getByLabel("Invitation link")).toHaveValue(/#token=abc$/);
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: `Revoke the invitation to ${email}` }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("No open invitations")).toBeVisible();
  expect(await api.call("GET", `/stations/${station.id}/invitations`)).toMatchObject({ count: 0 });
});

test("each member chooses their mails, and whoever runs the server only is told that none come", async ({
  page,
  expectStatus,
}) => {
  expectStatus(404, 409);
  const { account, api, station } = await createOwner();
  await enter(page, account);
  await page.goto("/station?tab=mails");

  const weekly = page.getByRole("switch", { name: "Weekly report" });
  await expect(weekly).not.toBeChecked();
  await weekly.press("Space");
  await expect(weekly).toBeChecked();
  await expect
    .poll(() => api.call("GET", `/stations/${station.id}/mails`))
    .toMatchObject({ weekly: true, deck_quiet: true });
  await page.route("**/mails", (route) =>
    route.request().method() === "PATCH" ? route.fulfill({ status: 409, json: {} }) : route.continue(),
  );
  await page.getByRole("switch", { name: "A deck falls silent" }).click();
  await expect(page.getByText("The server answered with an error (409).")).toBeVisible();
  await expect(page.getByRole("switch", { name: "A deck falls silent" })).toBeChecked();

  await enter(page, product().superuser);
  await page.goto(`/station?tab=mails&station=${(await ownOf("demo")).id}`);
  await expect(page.getByText("You are not a member of this station")).toBeVisible();
});

/** The station of the demo, which the superuser is no member of. */
async function ownOf(who: "demo"): Promise<{ id: string }> {
  const api = await Api.as(product()[who]);
  const { data } = await api.call<{ data: { id: string }[] }>("GET", "/stations/");
  const [station] = data;
  if (station === undefined) throw new Error("The demo has a station.");
  return station;
}

test("keys that still call an old address are listed, with what to do", async ({ page }) => {
  const { account, api, station } = await createOwner();
  const button = await api.createButton(station.id, { title: "Seat belts" });
  const key = await api.createKey(station.id, button.id, null);
  const other = await api.createKey(station.id, button.id, null);
  await enter(page, account);
  await page.goto("/station?tab=addresses");
  await expect(page.getByText("No key calls an old address")).toBeVisible();

  // The address of a server that runs does not change.
  await page.route("**/keys/old-addresses?*", (route) =>
    route.fulfill({
      json: {
        public_url: product().url,
        changed_at: "2026-01-05T12:00:00Z",
        count: 1,
        data: [
          {
            key_id: key.id,
            key_prefix: "abcdef",
            button_id: button.id,
            button_title: button.title,
            deck: null,
            state: "never_heard",
            old_url: "http://192.168.1.7:8000/p/abcdef",
            press_url: key.press_url,
            last_called_at: null,
            last_heard_at: null,
            created_at: "2026-01-01T12:00:00Z",
          },
        ],
      },
    }),
  );
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "Seat belts" });
  await expect(row).toContainText("Never heard: perhaps on no deck");
  await expect(page.getByText("What to do")).toBeVisible();
  await expectAccessible(page);
  await row.getByRole("button", { name: "Revoke the key of Seat belts" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("The key was revoked")).toBeVisible();
  await expect(fetch(key.press_url).then((answer) => answer.status)).resolves.toBe(404);

  // A key that was given its new URL goes with its first press.
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-status", "live");
  await page.unroute("**/keys/old-addresses?*");
  await press(other.press_url);
  await expect(page.getByText("No key calls an old address")).toBeVisible();
});

test("an owner sees who changed what", async ({ page }) => {
  const { account, api, station } = await createOwner();
  await api.call("PATCH", `/stations/${station.id}`, { community: "Campus radio" });
  await api.createDeck(station.id, "Studio C");
  await enter(page, account);
  await page.goto("/station?tab=audit");

  const changed = page.getByRole("row").filter({ hasText: "Station changed" });
  await expect(changed).toContainText("none → Campus radio");
  await expect(changed).toContainText("Dana Reyes");
  await expect(page.getByRole("row").filter({ hasText: "Deck added" })).toContainText("Studio C");
  await changed.getByRole("button", { name: "Dana Reyes" }).click();
  await expect(page).toHaveURL(/user=/);
  await expect(page.getByRole("row").filter({ hasText: "Station made" })).toHaveCount(0);
});

test("every part is accessible, and none is wider than a phone", async ({ page }) => {
  test.slow();
  const { account, api, station } = await createOwner();
  await api.createDeck(station.id);
  await createMember(api, station.id, "editor");
  await enter(page, account);
  await page.goto("/station");
  const tabs = ["Settings", "Decks", "Members", "Mails", "Old addresses", "Audit"];
  for (const tab of tabs) {
    await page.getByRole("tab", { name: tab }).click();
    await expect(page.getByRole("tabpanel").getByRole("heading").first()).toBeVisible();
    await expect(page.getByLabel("Loading…")).toHaveCount(0);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  for (const tab of tabs) {
    await page.getByRole("tab", { name: tab }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }
});
