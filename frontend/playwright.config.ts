import { defineConfig } from "@playwright/test";
import { chromiumPath } from "./scripts/lib/browser.ts";

export default defineConfig({
  testDir: "tests",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  globalSetup: "./tests/support/global-setup.ts",
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-US",
    timezoneId: "America/New_York",
    viewport: { width: 1280, height: 800 },
    // Each test is a new browser, which would fetch the whole dashboard once more. tests/offline.spec.ts allows them.
    serviceWorkers: "block",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromiumPath(),
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Nothing leaves this machine; a name that is not localhost leads here too.
        "--host-resolver-rules=MAP studio.test 127.0.0.1",
      ],
    },
  },
});
