import { formatNumber } from "@/lib/format";
import { auditTexts, detailTexts } from "@/texts/audit";

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;

type Detail = { name: string; value: string };

/** "dedup_window_ms" as "Dedup window ms". */
function nameOf(key: string): string {
  const known = detailTexts[key];
  if (known !== undefined) return known;
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function wordsOf(value: unknown, formatInstant: (instant: string) => string): string {
  if (value === null || value === undefined || value === "") return auditTexts.none;
  if (typeof value === "boolean") return value ? auditTexts.yes : auditTexts.no;
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map((each) => wordsOf(each, formatInstant)).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return typeof value === "string" && INSTANT.test(value) ? formatInstant(value) : String(value);
}

const isId = (value: unknown): boolean => typeof value === "string" && UUID.test(value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What an event tells besides what was done, in words. Ids say nothing to a person, and are left out. */
export function detailsOf(details: Record<string, unknown>, formatInstant: (instant: string) => string): Detail[] {
  return Object.entries(details).flatMap(([key, value]): Detail[] => {
    if (isId(value)) return [];
    if (key === "changed" && isRecord(value)) return changes(value, formatInstant);
    if (key === "changed_to" && isRecord(value)) return detailsOf(value, formatInstant);
    return [{ name: nameOf(key), value: wordsOf(value, formatInstant) }];
  });
}

function changes(changed: Record<string, unknown>, formatInstant: (instant: string) => string): Detail[] {
  return Object.entries(changed).map(([key, value]) => ({
    name: nameOf(key),
    value:
      Array.isArray(value) && value.length === 2
        ? auditTexts.from_to(wordsOf(value[0], formatInstant), wordsOf(value[1], formatInstant))
        : wordsOf(value, formatInstant),
  }));
}
