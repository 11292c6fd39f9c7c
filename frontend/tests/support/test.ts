import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { openSession } from "./api.ts";
import { disturb } from "./disturb.ts";
import { type Account, product } from "./product.ts";

export { expect };

// What Playwright says itself where playwright.config.ts has it block service workers.
const BY_PLAYWRIGHT = /registration blocked by Playwright/;

/**
 * `page` belongs to nobody yet, and a test fails when its page wrote an error or a warning to the console.
 * `watchConsole` does the same for pages that a test opens itself.
 */
export const test = base.extend<{
  expectedMessages: RegExp[];
  expected: RegExp[];
  expectStatus: (...statuses: number[]) => void;
  watchConsole: (page: Page) => void;
}>({
  baseURL: ({ browserName: _browserName }, use) => use(product().url),
  // What a whole group of tests provokes.
  expectedMessages: [[], { option: true }],
  // A list of each test's own, which it adds to.
  expected: ({ expectedMessages }, use) => use([...expectedMessages, BY_PLAYWRIGHT]),
  // What one test provokes, such as a refused login: a browser writes each refusal to the console.
  expectStatus: async ({ expected }, use) => {
    await use((...statuses) => {
      for (const status of statuses) expected.push(new RegExp(`the server responded with a status of ${status} `));
    });
  },
  watchConsole: async ({ expected }, use) => {
    const said: string[] = [];
    await use((page) => {
      page.on("console", (message) => {
        if (message.type() !== "error" && message.type() !== "warning") return;
        if (!expected.some((pattern) => pattern.test(message.text()))) said.push(message.text());
      });
      page.on("pageerror", (error) => said.push(String(error)));
    });
    expect(said).toEqual([]);
  },
  context: async ({ context }, use) => {
    await disturb(context);
    await use(context);
  },
  page: async ({ page, watchConsole }, use) => {
    watchConsole(page);
    await use(page);
  },
});

/** Logs in by the form, and waits for Today. */
export async function logIn(page: Page, { email, password }: Account): Promise<void> {
  await page.goto("/login");
  await page.getByTestId("email-input").fill(email);
  await page.getByTestId("password-input").fill(password);
  await page.getByRole("button", { name: "Log In" }).click();
  await page.waitForURL((url) => url.pathname === "/");
}

/** Logs in without the form, for tests that are about something else. */
export const enter = (page: Page, account: Account): Promise<void> => openSession(page.request, account);

/** The stream neither begins nor fails: where it begins, everything is asked for anew. */
export const keepStreamAway = (page: Page): Promise<unknown> => page.route("**/api/v1/stream?*", () => undefined);

/** Keeps the stream from beginning until the function that is returned is called. */
export async function holdStreamBack(page: Page): Promise<() => void> {
  const wanted = Promise.withResolvers<void>();
  await page.route("**/api/v1/stream?*", async (route) => {
    await wanted.promise;
    await route.continue();
  });
  return wanted.resolve;
}

/**
 * Nothing serious or critical by axe, in the light and in the dark; of the whole page, or of the parts that a selector names,
 * such as a dialog over a screen that another test looks at.
 */
export async function expectAccessible(page: Page, { within }: { within?: string } = {}): Promise<void> {
  // On its way from one theme to the other a colour is neither of both.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const theme of ["light", "dark"] as const) {
    await page.evaluate((name) => {
      document.documentElement.classList.remove("light", "dark");
      document.documentElement.classList.add(name);
    }, theme);
    await page.evaluate(() => {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
      return Promise.allSettled(ending.map(({ finished }) => finished));
    });
    // No page holds a frame of another origin, so axe needs no second page to gather what frames say; and what passes is
    // not told. Both together take half the time and less.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
    const { violations } = await (within === undefined ? axe : axe.include(within)).analyze();
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const told = grave.map(
      ({ id, nodes }) =>
        `${theme}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
    );
    expect(told).toEqual([]);
  }
  await page.emulateMedia({ reducedMotion: null });
}
