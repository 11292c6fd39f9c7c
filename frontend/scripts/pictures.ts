/**
 * Takes the pictures of the README: `node scripts/pictures.ts [folder]`, by default docs/pictures. The station is always
 * the same (the demo's seed), and its record ends now: take them in the afternoon of America/New_York, when there is
 * something to see of the day.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "@playwright/test";
import { product } from "../tests/support/product.ts";
import { openBrowser } from "./lib/browser.ts";
import { demoContext, startDemo } from "./lib/demo.ts";
import { watchUsable, whenUsable } from "./lib/usable.ts";

const MAX_BYTES = 150_000;
// From fine to coarse: the first that is small enough is taken.
const QUALITIES = [0.92, 0.85, 0.75, 0.6];
const SCREENS = [
  { name: "today", path: "/" },
  { name: "buttons", path: "/buttons" },
  { name: "log", path: "/log" },
  { name: "insights", path: "/insights" },
];
const SIZES = [
  { name: "wide", viewport: { width: 1440, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
];

const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs/pictures", import.meta.url));
mkdirSync(folder, { recursive: true });
const end = await startDemo();
const browser = await openBrowser();
try {
  for (const { name: size, viewport } of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const { name, path } of SCREENS) {
        const file = `${folder}/${name}-${size}-${colorScheme}.webp`;
        const bytes = await take(browser, path, { viewport, colorScheme });
        writeFileSync(file, bytes);
        console.log(`${file} ${bytes.length.toLocaleString("en")}`);
      }
    }
  }
} finally {
  await browser.close();
  await end();
}

async function take(
  browser: Browser,
  path: string,
  look: { viewport: { width: number; height: number }; colorScheme: "light" | "dark" },
): Promise<Buffer> {
  const context = await demoContext(browser, {
    ...look,
    reducedMotion: "reduce",
    serviceWorkers: "block",
    ...(look.viewport.width < 600 && { isMobile: true, hasTouch: true, deviceScaleFactor: 2 }),
  });
  const page = await context.newPage();
  await watchUsable(page);
  await page.goto(`${product().url}${path}`);
  await page.locator('[data-testid="live-status"][data-status="live"]').waitFor();
  // Charts are fetched on their own, and drawn a moment later.
  await whenUsable(page, 1_500);
  const png = await page.screenshot({ caret: "hide", animations: "disabled" });
  await context.close();
  return toWebp(browser, png);
}

/** Chromium can write WebP itself, a third of the size of a PNG. */
async function toWebp(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  let bytes = Buffer.alloc(0);
  for (const quality of QUALITIES) {
    bytes = Buffer.from(await encode(page, png.toString("base64"), quality), "base64");
    if (bytes.length <= MAX_BYTES) break;
  }
  await page.close();
  return bytes;
}

function encode(page: Page, png: string, quality: number): Promise<string> {
  return page.evaluate(
    async ([data, fineness]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      return canvas.toDataURL("image/webp", fineness).split(",")[1] ?? "";
    },
    [png, quality] as const,
  );
}
