/**
 * Scrolls through the log of a server that runs already, and prints how long its frames took: `node scripts/scroll.ts --url
 * http://127.0.0.1:8000 --email demo@example.com --password … [--seconds 15]`. A frame every 16.7 ms is a screen's own pace.
 */

import { parseArgs } from "node:util";
import { openBrowser } from "./lib/browser.ts";
import { printTable } from "./lib/table.ts";

// Pixels in each frame: a hand on a wheel, and one that pulls the scrollbar down. A row is 40 high.
const PACES = { "a wheel": 60, "a scrollbar": 400 };

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:8000" },
    email: { type: "string", default: "" },
    password: { type: "string", default: "" },
    seconds: { type: "string", default: "15" },
  },
});
const browser = await openBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const answer = await context.request.post(`${values.url}/api/v1/login/session`, {
    form: { username: values.email, password: values.password },
    headers: { Origin: values.url },
  });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
  const rows: (string | number)[][] = [];
  for (const [pace, pixels] of Object.entries(PACES)) {
    const page = await context.newPage();
    await page.goto(`${values.url}/log`);
    await page.locator("[data-press]").first().waitFor();
    const { frames, passed, unfilled } = await page.evaluate(scroll, { pixels, ms: Number(values.seconds) * 1000 });
    const sorted = frames.toSorted((one, other) => one - other);
    const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
    rows.push([pace, passed, at(0.5), at(0.95), at(0.99), sorted.at(-1)?.toFixed(1) ?? "", unfilled]);
    await page.close();
  }
  printTable(["pace", "rows passed", "p50 ms", "p95 ms", "p99 ms", "max ms", "frames with a row not yet there"], rows);
} finally {
  await browser.close();
}

/** In the page: moves it in each frame, and notes how long the frame took and whether a grey row was in sight. */
function scroll({ pixels, ms }: { pixels: number; ms: number }) {
  const isUnfilled = (row: Element): boolean => {
    const { top } = row.getBoundingClientRect();
    return top > 130 && top < window.innerHeight;
  };
  const frames: number[] = [];
  let unfilled = 0;
  return new Promise<{ frames: number[]; passed: number; unfilled: number }>((resolve) => {
    const begun = performance.now();
    let last = begun;
    const step = (now: number) => {
      frames.push(now - last);
      last = now;
      const waiting = document.querySelectorAll("tbody tr:not([data-press], [data-day], [data-gap], [aria-hidden])");
      if ([...waiting].some(isUnfilled)) unfilled += 1;
      window.scrollBy(0, pixels);
      if (now - begun < ms) requestAnimationFrame(step);
      else resolve({ frames: frames.slice(1), passed: Math.round(window.scrollY / 40), unfilled });
    };
    requestAnimationFrame(step);
  });
}
