import type { ButtonPublic, DeckPublic, StationPublic } from "@/client";
import { addDays, formatDate, formatMoment } from "@/lib/format";
import { typeName } from "@/lib/type-name";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { isDay, type LogFilters } from "./search";

/** A filter in words, and what is to be forgotten to be rid of it. */
export type FilterWords = { name: string; value: string; clears: (keyof LogFilters)[] };

type Known = { buttons: readonly Pick<ButtonPublic, "id" | "title">[]; decks: readonly DeckPublic[] };

/** The range in words: days as days, instants with their zone. Null where it has no ends. */
export function rangeWords({ start, end }: LogFilters, zone: string): string | null {
  const words = (moment: string) => (isDay(moment) ? formatDate(moment) : formatMoment(moment, zone));
  if (start && end) return start === end && isDay(start) ? words(start) : `${words(start)} – ${words(end)}`;
  if (start) return logTexts.since(words(start));
  return end ? logTexts.until(words(end)) : null;
}

/** All filters but the range in words. */
export function filterWords(filters: LogFilters, { buttons, decks }: Known): FilterWords[] {
  const { button_id, type, deck_id, status, channel, note } = filters;
  const named = <Item extends { id: string }>(items: readonly Item[], id: string) =>
    items.find((item) => item.id === id);
  const words: (FilterWords | false)[] = [
    !!button_id && {
      name: logTexts.button,
      value: named(buttons, button_id)?.title ?? "…",
      clears: ["button_id"],
    },
    !!type && { name: logTexts.type, value: typeName(type), clears: ["type"] },
    !!deck_id && { name: logTexts.deck, value: named(decks, deck_id)?.name ?? "…", clears: ["deck_id"] },
    !!status && { name: logTexts.status, value: pressTexts.status[status], clears: ["status"] },
    !!channel && { name: logTexts.channel, value: pressTexts.channel[channel], clears: ["channel"] },
    !!note && { name: logTexts.note, value: note, clears: ["note"] },
  ];
  return words.filter((word) => word !== false);
}

/** The day that the range is, where it is one. */
export const onlyDayOf = ({ start, end }: LogFilters): string | null =>
  start !== undefined && start === end && isDay(start) ? start : null;

/** What people ask for most, as days of the station. */
export function presets(today: string): { label: string; start: string; end: string }[] {
  const yesterday = addDays(today, -1);
  return [
    { label: logTexts.today, start: today, end: today },
    { label: logTexts.yesterday, start: yesterday, end: yesterday },
    { label: logTexts.last7Days, start: addDays(today, -6), end: today },
    { label: logTexts.last30Days, start: addDays(today, -29), end: today },
    { label: logTexts.thisMonth, start: `${today.slice(0, 8)}01`, end: today },
  ];
}

export const labelOf = ({ name, value }: FilterWords): string => logTexts.chip(name, value);

/** What a file or a sheet of a station is headed with. */
export const stationLabel = ({ name, call_sign }: StationPublic): string =>
  call_sign ? `${call_sign} · ${name}` : name;
