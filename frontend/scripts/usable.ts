/**
 * Opens every screen of the demo station in a browser that knows nothing yet, and prints when it was usable, what moved,
 * and what was written to the console: `node scripts/usable.ts [--runs 3]`. Fails above 1 s, 0.01, or a word.
 */

import { parseArgs } from "node:util";
import type { Browser } from "@playwright/test";
import { product } from "../tests/support/product.ts";
import { openBrowser } from "./lib/browser.ts";
import { demoContext, demoStation, read, startDemo } from "./lib/demo.ts";
import { printTable } from "./lib/table.ts";
import { type Watched, watchUsable, whenUsable } from "./lib/usable.ts";

const MAX_USABLE_MS = 1_000;
const MAX_SHIFT = 0.01;
const SIZES = [
  { name: "wide", viewport: { width: 1440, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
];

type Run = Watched & { said: string[] };

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const end = await startDemo();
const browser = await openBrowser();
try {
  const paths = await screens(browser);
  const rows: (string | number)[][] = [];
  let hasFailed = false;
  for (const { name, viewport } of SIZES) {
    for (const path of paths) {
      const runs: Run[] = [];
      for (let run = 0; run < Number(values.runs); run += 1) runs.push(await open(browser, path, viewport));
      const usable = median(runs.map(({ usableAtMs }) => usableAtMs ?? Number.POSITIVE_INFINITY));
      const shift = Math.max(...runs.map((run) => run.shift));
      const said = runs.flatMap((run) => run.said);
      rows.push([name, path, Math.round(usable), shift.toFixed(4), said.length]);
      for (const words of new Set(said)) console.error(`${path}: ${words}`);
      if (shift > 0)
        for (const node of new Set(runs.flatMap((run) => run.shifted))) console.error(`${path}: moved ${node}`);
      hasFailed ||= usable > MAX_USABLE_MS || shift > MAX_SHIFT || said.length > 0;
    }
  }
  printTable(["size", "screen", "usable after ms (median)", "layout shift (most)", "console"], rows);
  process.exitCode = hasFailed ? 1 : 0;
} finally {
  await browser.close();
  await end();
}

/** Every screen by its address, the first button's too. Opened once, so that the server has warmed up. */
async function screens(browser: Browser): Promise<string[]> {
  const context = await demoContext(browser);
  const station = await demoStation(context.request);
  const { data } = await read<{ data: { id: string }[] }>(
    context.request,
    `/buttons/?station_id=${station.id}&sort=-usage_count&limit=1`,
  );
  await context.close();
  const paths = ["/", "/buttons", `/buttons/${data[0]?.id}`, "/log", "/insights", "/station", "/settings", "/admin"];
  await open(browser, "/", { width: 1440, height: 900 });
  return ["/login", ...paths];
}

async function open(browser: Browser, path: string, viewport: { width: number; height: number }): Promise<Run> {
  const account = path.startsWith("/admin") ? product().superuser : product().demo;
  const context = await demoContext(browser, { account, viewport, serviceWorkers: "block" });
  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message) => {
    if (!message.text().includes("registration blocked by Playwright"))
      said.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => said.push(String(error)));
  await watchUsable(page);
  await page.goto(`${product().url}${path}`);
  const watched = await whenUsable(page);
  await context.close();
  return { ...watched, said };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
