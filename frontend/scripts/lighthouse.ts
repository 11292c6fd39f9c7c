/**
 * Lighthouse over the login and three screens of the demo station: `node scripts/lighthouse.ts [--mobile] [--reports
 * folder]`. It is fetched from npm when it runs, since it weighs more than everything else here together.
 */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { openSession } from "../tests/support/api.ts";
import { product } from "../tests/support/product.ts";
import { chromiumPath } from "./lib/browser.ts";
import { startDemo } from "./lib/demo.ts";
import { printTable } from "./lib/table.ts";

const LIGHTHOUSE = "lighthouse@13.5.0";
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const WANTED = 0.95;
const SCREENS = ["/login", "/", "/buttons", "/log"];

type Report = {
  categories: Record<(typeof CATEGORIES)[number], { score: number | null }>;
  audits: Record<string, { score: number | null; title: string; displayValue?: string; scoreDisplayMode: string }>;
};

const { values } = parseArgs({ options: { mobile: { type: "boolean", default: false }, reports: { type: "string" } } });
const scratch = mkdtempSync(join(tmpdir(), "lighthouse-"));
const reports = values.reports ?? scratch;
mkdirSync(reports, { recursive: true });
const end = await startDemo();
const port = await freePort();
const browser = startBrowser(port);
try {
  await (await connect(port)).close();
  const rows: (string | number)[][] = [];
  for (const path of SCREENS) {
    // The login is looked at by nobody in particular, and all else by the owner of the station.
    if (path === SCREENS[1]) await enter(port);
    const { categories, audits } = examine(path, port);
    const scores = CATEGORIES.map((name) => Math.round((categories[name].score ?? 0) * 100));
    const value = (audit: string) => audits[audit]?.displayValue ?? "";
    rows.push([
      path,
      ...scores,
      value("largest-contentful-paint"),
      value("total-blocking-time"),
      value("cumulative-layout-shift"),
    ]);
    if (scores.some((score) => score < WANTED * 100)) {
      process.exitCode = 1;
      for (const { score, title, displayValue = "", scoreDisplayMode } of Object.values(audits)) {
        const isFinding =
          ["binary", "metricSavings", "numeric"].includes(scoreDisplayMode) && score !== null && score < 0.9;
        if (isFinding) console.error(`${path}: ${title} ${displayValue}`);
      }
    }
  }
  printTable(["screen", ...CATEGORIES, "largest paint", "blocked", "shift"], rows);
} finally {
  browser.kill();
  await end();
  rmSync(scratch, { recursive: true, force: true });
}

/** A browser that both Playwright, to log in, and Lighthouse can speak to. */
function startBrowser(port: number) {
  const path = chromiumPath() ?? chromium.executablePath();
  const profile = join(scratch, "profile");
  return spawn(
    path,
    [
      "--headless=new",
      "--no-sandbox",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    { stdio: "ignore" },
  );
}

async function connect(port: number) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Logs in, and lets go of the browser again: who holds it would stop each page that Lighthouse opens. */
async function enter(port: number): Promise<void> {
  const session = await connect(port);
  const { request } = session.contexts()[0] ?? (await session.newContext());
  await openSession(request, product().demo);
  await session.close();
}

/** Not reset before, or the login would be gone. */
function examine(path: string, port: number): Report {
  const output = join(reports, `${path.slice(1) || "today"}.json`);
  const { status, stderr } = spawnSync(
    "npx",
    [
      "--yes",
      LIGHTHOUSE,
      `${product().url}${path}`,
      `--port=${port}`,
      "--output=json",
      `--output-path=${output}`,
      "--disable-storage-reset",
      `--only-categories=${CATEGORIES.join(",")}`,
      ...(values.mobile ? [] : ["--preset=desktop"]),
      "--quiet",
    ],
    { encoding: "utf-8" },
  );
  if (status !== 0) throw new Error(`Lighthouse failed on ${path}: ${stderr}`);
  return JSON.parse(readFileSync(output, "utf-8")) as Report;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
