import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { createAccount } from "./support/api.ts";
import { linkTo, mailsTo } from "./support/mails.ts";
import { enter, expect, expectAccessible, logIn, test } from "./support/test.ts";

const NEW_PASSWORD = "another-long-password";

test("a forgotten password is replaced by the link of a mail, whose token is sent in no address", async ({ page }) => {
  const account = await createAccount();
  // Logged in here too: the new password ends that.
  await enter(page, account);
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));

  await ask(page, account.email);
  await expect(page.getByRole("heading", { name: "Look into your mailbox" })).toBeFocused();
  await expectAccessible(page);
  const link = await linkTo(account.email, "/reset-password", /Choose a new password/);
  await page.goto(link);
  await chooseNew(page, "123", "123");
  await expect(page.getByText("Password must be at least 8 characters")).toBeVisible();
  await chooseNew(page, NEW_PASSWORD, "something else");
  await expect(page.getByText("The passwords don't match")).toBeVisible();
  await chooseNew(page, NEW_PASSWORD, NEW_PASSWORD);

  await page.waitForURL("/login");
  await expect(page.getByText("Password updated successfully")).toBeVisible();
  expect((await page.request.get("/api/v1/users/me")).status()).toBe(401);
  await logIn(page, { email: account.email, password: NEW_PASSWORD });
  const token = link.split("token=")[1] ?? "";
  expect(token.length).toBeGreaterThan(20);
  expect(addresses.filter((address) => address.includes(token))).toEqual([]);
});

test("a link that does not work leads to a new one", async ({ page, expectStatus }) => {
  expectStatus(400);
  await page.goto("/reset-password?token=invalidtoken");
  await page.waitForURL("/reset-password#token=invalidtoken");
  await expectAccessible(page);
  await chooseNew(page, NEW_PASSWORD, NEW_PASSWORD);
  await expect(page.getByText("Invalid token")).toBeVisible();

  await page.getByRole("link", { name: "Ask for a new link" }).click();

  await page.waitForURL("/recover-password");
  await expect(page.getByRole("heading", { name: "Password Recovery" })).toBeVisible();
  await expectAccessible(page);
});

test("asking says the same for an address without an account, and whom to ask where no mail is sent", async ({
  page,
  expectStatus,
}) => {
  expectStatus(409);
  // Where mails that tell of a change lead.
  await page.goto("/reset-password");
  await page.waitForURL("/recover-password");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("Invalid email address")).toBeVisible();

  const nobody = `${randomUUID()}@example.com`;
  await ask(page, nobody);

  await expect(page.getByText(`If there is an account with the address ${nobody}`)).toBeVisible();
  await page.getByRole("button", { name: "Nothing came: ask again" }).click();
  await expect(page.getByTestId("email-input")).toBeVisible();
  expect(mailsTo(nobody)).toEqual([]);

  const detail = "This server sends no mail. Ask whoever runs it for a link to choose a new password.";
  await page.route("**/api/v1/password-recovery/*", (route) =>
    route.fulfill({ status: 409, json: { status: 409, code: "mail_not_configured", detail } }),
  );
  await ask(page, nobody);
  await expect(page.getByText(detail)).toBeVisible();
});

test("a mail is stopped by the link at its end, once that is confirmed", async ({ page, expectStatus }) => {
  expectStatus(400);
  await page.goto("/stop-mail");
  await expect(page.getByRole("heading", { name: "Open the link in the mail" })).toBeVisible();

  await page.goto("/stop-mail#station.member.week.made-up");
  await expect(page.getByText("The weekly mail of the station will not come to you any more.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop it" }).click();
  await expect(page.getByRole("alert")).toBeVisible();

  await page.route("**/api/v1/mails/stop", async (route) => {
    expect(route.request().postDataJSON()).toEqual({ token: "station.member.deck_quiet.signed" });
    await route.fulfill({ json: { message: "You get no more of these mails." } });
  });
  // In the same tab, which stays on the page.
  await page.goto("/stop-mail#station.member.deck_quiet.signed");
  await expect(page.getByText("when a deck of the station has fallen silent")).toBeVisible();
  await page.getByRole("button", { name: "Stop it" }).press("Enter");
  await expect(page.getByRole("heading", { name: "You get it no more" })).toBeFocused();
  expect(new URL(page.url()).hash).toBe("");
});

async function ask(page: Page, email: string): Promise<void> {
  if (new URL(page.url()).pathname !== "/recover-password") await page.goto("/recover-password");
  await page.getByTestId("email-input").fill(email);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function chooseNew(page: Page, password: string, confirmation: string): Promise<void> {
  await page.getByTestId("new-password-input").fill(password);
  await page.getByTestId("confirm-password-input").fill(confirmation);
  await page.getByRole("button", { name: "Reset Password" }).click();
}
