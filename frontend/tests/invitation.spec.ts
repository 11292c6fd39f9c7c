import { randomUUID } from "node:crypto";
import type { Role } from "../src/client";
import { type Api, createAccount, createOwner } from "./support/api.ts";
import { linkTo } from "./support/mails.ts";
import { enter, expect, expectAccessible, test } from "./support/test.ts";

const PASSWORD = "a-password-of-my-own";

async function invite(api: Api, stationId: string, email: string, role: Role = "editor"): Promise<string> {
  await api.call("POST", `/stations/${stationId}/invitations`, { email, role });
  return linkTo(email, "/invitation");
}

test("who has no account makes one by the invitation, and is in", async ({ page, expectStatus }) => {
  expectStatus(400);
  const { api, station } = await createOwner();
  const email = `${randomUUID()}@example.com`;
  await page.setViewportSize({ width: 390, height: 844 });

  const link = await invite(api, station.id, email);
  await page.goto(link);
  await expect(page.getByRole("heading", { name: `Join ${station.name}` })).toBeVisible();
  await expect(page.getByText(`Dana Reyes asks you to be an editor. Make an account for ${email}.`)).toBeVisible();
  await page.getByTestId("password-input").fill("short");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Password must be at least 8 characters")).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId("full-name-input").fill("Sam Okafor");
  await page.getByTestId("password-input").fill(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: "You are in" })).toBeFocused();
  await expect(page.getByText(`You are an editor of ${station.name}.`)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Go on" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await expect(page.getByText(station.name)).toBeVisible();

  // It works once.
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  await expect(page.getByText("Ask whoever invited you for a new one.")).toBeVisible();
});

test("who joins where somebody else is logged in, and cannot be logged in just then, is led to the login", async ({
  page,
  expectStatus,
}) => {
  expectStatus(503);
  const { account, api, station } = await createOwner();
  const email = `${randomUUID()}@example.com`;
  await enter(page, account);
  await page.goto(await invite(api, station.id, email));
  await page.route("**/api/v1/login/session", (route) =>
    route.request().method() === "POST" ? route.fulfill({ status: 503, json: {} }) : route.continue(),
  );

  await page.getByTestId("password-input").fill(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: "You are in" })).toBeVisible();
  await page.getByRole("link", { name: "Log In" }).click();
  await page.waitForURL("/login");
});

test("who has an account logs in with it and joins, even if somebody else is logged in here", async ({
  page,
  expectStatus,
}) => {
  expectStatus(400, 409);
  const { account: owner, api, station } = await createOwner();
  const invited = await createAccount({ fullName: "Sam Okafor" });
  await enter(page, owner);

  await page.goto(await invite(api, station.id, invited.email, "viewer"));
  await expect(page.getByText(`This browser is logged in as ${owner.email}`)).toBeVisible();
  // The wrong way first, which leads to the right one.
  await page.getByRole("button", { name: "I have an account" }).click();
  await page.getByRole("button", { name: "I have no account yet" }).click();
  await page.getByTestId("password-input").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account and join" }).click();
  await expect(page.getByText("There is an account with this address already")).toBeVisible();
  await expect(page.getByTestId("email-input")).toHaveValue(invited.email);
  await expectAccessible(page);
  await page.getByTestId("password-input").fill("not this one");
  await page.getByRole("button", { name: "Log in and join" }).click();
  await expect(page.getByText("Incorrect email or password")).toBeVisible();
  await page.getByTestId("password-input").fill(invited.password);
  await page.getByRole("button", { name: "Log in and join" }).click();

  await expect(page.getByText(`You are a viewer of ${station.name}.`)).toBeVisible();
  await page.getByRole("link", { name: "Go on" }).click();
  await page.getByTestId("user-menu").click();
  await expect(page.getByText("Sam Okafor")).toBeVisible();
});

test("who is logged in with the invited address joins with one press, by a link that is whole", async ({
  page,
  expectStatus,
}) => {
  expectStatus(400);
  for (const path of ["/invitation", "/invitation#token=nonsense", "/confirm-email"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  }
  await expectAccessible(page);
  const { api, station } = await createOwner();
  const invited = await createAccount();
  await enter(page, invited);

  await page.goto(await invite(api, station.id, invited.email));
  await expect(page.getByText(`You are logged in as ${invited.email}.`)).toBeVisible();
  await page.getByRole("button", { name: "Join" }).press("Enter");

  await expect(page.getByRole("heading", { name: "You are in" })).toBeVisible();
  await page.getByRole("link", { name: "Go on" }).click();
  await expect(page.getByText(station.name)).toBeVisible();
});
