import { existsSync } from "node:fs";
import { type Browser, chromium, type LaunchOptions } from "@playwright/test";

// Playwright's own where it could be fetched, else the system's.
const SYSTEM_BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const chromiumPath = (): string | undefined => process.env.CHROMIUM ?? SYSTEM_BROWSERS.find(existsSync);

/** Starts the Chromium that the tests use, without a window. */
export function openBrowser({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", ...args], ...options });
}
