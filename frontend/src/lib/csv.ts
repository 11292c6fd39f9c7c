// As the server's own files have it (reports/csv_file.py): what begins with one of = + - @, also full-width, small or as a
// minus sign, behind what a spreadsheet drops or does not show. Where a semicolon parts cells, as in German or French,
// Excel begins others at semicolons, tabs and line breaks within a text.
const FORMULA = "'*[\\p{Cc}\\p{Cf}\\p{Z}\"]*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]";
const FORMULA_WITHIN = new RegExp(`[;\\t\\r\\n](?=${FORMULA})`, "gu");
const FORMULA_AT_START = new RegExp(`^(?:'*[\\t\\r\\n]|${FORMULA})`, "u");

/** A text that no spreadsheet runs as a formula: what could be one gets an apostrophe before it. */
function defused(text: string): string {
  const inside = text.replace(FORMULA_WITHIN, "$&'");
  return FORMULA_AT_START.test(inside) ? `'${inside}` : inside;
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const harmless = defused(value);
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** CSV as RFC 4180 has it, with a byte order mark, by which Excel knows UTF-8. */
export function csvOf(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${[header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Has the browser save a text as a file. */
function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export const saveCsv = (
  name: string,
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
) => saveFile(name, csvOf(header, rows), "text/csv;charset=utf-8");
