import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { createAccount } from "./support/api.ts";
import { expect, expectAccessible, logIn, test } from "./support/test.ts";

const PASSWORD = "a-password-of-my-own";

test("a login that is refused says why, and who is logged in already is told so", async ({ page, expectStatus }) => {
  expectStatus(400);
  const { email, password } = await createAccount();
  await page.goto("/login");
  const logInButton = page.getByRole("button", { name: "Log In" });

  await page.getByTestId("email-input").fill("nobody");
  await logInButton.click();
  await expect(page.getByText("Invalid email address")).toBeVisible();
  await expect(page.getByText("Password is required")).toBeVisible();

  await page.getByTestId("email-input").fill(email);
  await page.getByTestId("password-input").fill("not this one");
  await logInButton.click();
  await expect(page.getByText("Incorrect email or password")).toBeVisible();
  await expect(page.getByTestId("email-input")).toHaveValue(email);
  await expectAccessible(page);

  await page.getByTestId("password-input").fill(password);
  await logInButton.click();
  await page.waitForURL("/");
  await page.goto("/login");
  await expect(page.getByText(`You are logged in as ${email}.`)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Go to Today" }).click();
  await page.waitForURL("/");
});

test("an account is made and logged in to, by keyboard on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const email = `${randomUUID()}@example.com`;
  await page.goto("/login");
  await page.getByRole("link", { name: "Sign up" }).press("Enter");
  await page.waitForURL("/signup");
  await expectAccessible(page);

  await page.getByTestId("full-name-input").focus();
  await page.keyboard.type("Dana Reyes");
  await page.keyboard.press("Tab");
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Show the password" }).first()).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByTestId("password-input")).toHaveAttribute("type", "text");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");

  await page.waitForURL("/login");
  await expect(page.getByText("If this address had no account, it has one now.")).toBeVisible();
  await logIn(page, { email, password: PASSWORD });
  await expect(page.getByText("You are not a member of any station")).toBeVisible();
  await expect(page.getByText("Welcome back, nice to see you again!")).toBeVisible();
  await expectAccessible(page);
});

test("signing up says what is wrong with a field, and not whether an address has an account", async ({ page }) => {
  const { email } = await createAccount();
  await page.goto("/signup");
  await signUp(page, { name: "", email: "invalid", password: "short", confirmation: "other" });

  await expect(page.getByText("Full Name is required")).toBeVisible();
  await expect(page.getByText("Invalid email address")).toBeVisible();
  await expect(page.getByText("Password must be at least 8 characters")).toBeVisible();
  await expect(page.getByText("The passwords don't match")).toBeVisible();
  await expectAccessible(page);

  await signUp(page, { name: "Dana", email: "", password: "", confirmation: "" });
  await expect(page.getByText("Invalid email address")).toBeVisible();
  await expect(page.getByText("Password is required")).toBeVisible();
  await expect(page.getByText("Password confirmation is required")).toBeVisible();

  await signUp(page, { name: "Somebody Else", email, password: PASSWORD, confirmation: PASSWORD });
  await page.waitForURL("/login");
  await expect(page.getByText("If this address had no account, it has one now.")).toBeVisible();
});

test("what was typed stays while the server does not answer for a moment", async ({ page, expectStatus }) => {
  expectStatus(404);
  await page.goto("/signup");
  await page.getByTestId("full-name-input").fill("Dana Reyes");
  await page.route("**/api/v1/setup/", (route) => route.fulfill({ status: 404, json: {} }));
  // Whoever comes back to the tab has it ask again. The second answer comes after what the first one changed is shown.
  for (let time = 0; time < 2; time += 1) {
    const refused = page.waitForResponse("**/api/v1/setup/");
    await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    await (await refused).finished();
  }

  await expect(page.getByTestId("full-name-input")).toHaveValue("Dana Reyes");
});

test("where nobody may sign up, accounts are made by invitation", async ({ page }) => {
  await page.route("**/api/v1/setup/", (route) =>
    route.fulfill({ json: { is_needed: false, is_registration_open: false } }),
  );
  await page.goto("/signup");
  await expect(page.getByRole("heading", { name: "Accounts are made by invitation" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Log In" }).click();

  await page.waitForURL("/login");
  await expect(page.getByTestId("email-input")).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign up" })).toHaveCount(0);
});

async function signUp(
  page: Page,
  { name, email, password, confirmation }: { name: string; email: string; password: string; confirmation: string },
): Promise<void> {
  await page.getByTestId("full-name-input").fill(name);
  await page.getByTestId("email-input").fill(email);
  await page.getByTestId("password-input").fill(password);
  await page.getByTestId("confirm-password-input").fill(confirmation);
  await page.getByRole("button", { name: "Sign Up" }).click();
}
