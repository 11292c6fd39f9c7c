import { expect, test } from "@playwright/test";
import { chartFiles, closureOf, holdsCharts, type Part } from "./support/build.ts";

// A kilobyte of a thousand bytes, as networks count.
const BUDGET_BYTES = 180_000;

const ENTRY = "index.html";
const split = (route: string) => `src/routes/${route}.tsx?tsr-split=component`;

const SCREENS = {
  Today: [ENTRY, split("_app"), split("_app/_station"), split("_app/_station/index"), "src/features/today/prefetch.ts"],
  Login: [ENTRY, split("login")],
};

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;

/** Each file and its size, largest first, so that whoever breaks the budget sees with what. */
function report(screen: string, parts: readonly Part[], bytes: number): string {
  const lines = [...parts]
    .sort((one, other) => other.bytes - one.bytes)
    .map((part) => `${kilobytes(part.bytes)}  ${part.file}  (${part.name})`);
  return [
    `JavaScript (gzip) before ${screen} is usable:`,
    ...lines,
    `${kilobytes(bytes)}  in all, of ${kilobytes(BUDGET_BYTES).trim()}`,
  ].join("\n");
}

for (const [screen, chunks] of Object.entries(SCREENS)) {
  test(`${screen} is usable after at most 180 KB of JavaScript, without charts`, ({
    browserName: _browserName,
  }, info) => {
    const parts = closureOf(chunks);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const told = report(screen, parts, bytes);
    info.annotations.push({ type: "size", description: told });

    expect(bytes, told).toBeLessThanOrEqual(BUDGET_BYTES);
    expect(parts.filter(({ text }) => holdsCharts(text)).map(({ file }) => file)).toEqual([]);
  });
}

test("charts are in a file of their own", () => {
  expect(chartFiles()).toHaveLength(1);
});
