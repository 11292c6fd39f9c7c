import type { Page } from "@playwright/test";

/** What a page that is watched tells: when it was usable, in ms from its beginning, and how far things moved. */
export type Watched = { usableAtMs: number | null; shift: number; shifted: string[] };

declare global {
  interface Window {
    watched: Watched;
  }
}

/** Watches a page from its first moment on; `read` it once it is quiet. */
export async function watchUsable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched: Watched = { usableAtMs: null, shift: 0, shifted: [] };
    window.watched = watched;
    const isUsable = () =>
      document.querySelector("main h1") !== null &&
      document.querySelector('[data-slot="skeleton"], main [aria-busy="true"]') === null;
    const look = () => {
      // The last time that it became so: what shows a skeleton once more was not usable yet.
      if (!isUsable()) watched.usableAtMs = null;
      else watched.usableAtMs ??= performance.now();
      requestAnimationFrame(look);
    };
    look();
    const note = ({ value, hadRecentInput, sources }: LayoutShift) => {
      if (hadRecentInput) return;
      watched.shift += value;
      const elements = sources.map(({ node }) => node).filter((node) => node instanceof Element);
      watched.shifted.push(...elements.map((element) => element.outerHTML.slice(0, 120)));
    };
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) note(entry as unknown as LayoutShift);
    });
    observer.observe({ type: "layout-shift", buffered: true });
    // What browsers have and TypeScript does not know yet.
    type LayoutShift = { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
  });
}

/** Waits until the page is usable and has stayed so. */
export async function whenUsable(page: Page, quietMs = 600): Promise<Watched> {
  await page.waitForFunction(
    (quiet) => {
      const { usableAtMs } = window.watched;
      return usableAtMs !== null && performance.now() - usableAtMs > quiet;
    },
    quietMs,
    { timeout: 30_000 },
  );
  return page.evaluate(() => window.watched);
}
