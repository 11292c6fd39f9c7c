import { expect, test } from "@playwright/test";
import { csvOf } from "../src/lib/csv.ts";

const cellOf = (text: string): string => csvOf(["Title"], [[text]]).split("\r\n")[1] ?? "";

for (const [text, cell] of [
  ["Buckle up", "Buckle up"],
  ["Hugs - and kisses", "Hugs - and kisses"],
  ['Say "hi", then wave', '"Say ""hi"", then wave"'],
  ["=1+1", "'=1+1"],
  ["'@here", "''@here"],
  ["\uff1d1", "'\uff1d1"],
  ["\u200b+1", "'\u200b+1"],
  // Excel begins another cell there where semicolons part them.
  ["Safety;=1+1", `"Safety;'=1+1"`],
  ["\t-1", `"'\t'-1"`],
] as const) {
  test(`a file has ${JSON.stringify(text)} as ${JSON.stringify(cell)}, which no spreadsheet runs`, () => {
    expect(cellOf(text)).toBe(cell);
  });
}

test("numbers stay numbers, and what nobody knows is empty", () => {
  expect(
    csvOf(
      ["Title", "Change"],
      [
        ["Hug", -0.5],
        ["Airhorn", null],
      ],
    ),
  ).toBe("\uFEFFTitle,Change\r\nHug,-0.5\r\nAirhorn,\r\n");
});
