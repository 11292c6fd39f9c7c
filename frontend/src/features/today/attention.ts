import type { DeckPublic, GapPublic, OldAddressKey, UnusedPublic } from "@/client";
import { stateOf } from "@/lib/deck-state";
import {
  addDays,
  dayOf,
  formatClock,
  formatDate,
  formatDuration,
  formatList,
  formatMoment,
  formatNumber,
  formatTimeWithZone,
} from "@/lib/format";
import { todayTexts } from "@/texts/today";
import { UNUSED_DAYS } from "./queries/list-unused";

export type AttentionKind = "quiet" | "test" | "gap" | "unused" | "address" | "ending";

/** Something that somebody should look at, why, and where. */
export type Attention = {
  key: string;
  kind: AttentionKind;
  title: string;
  hint: string;
  action: {
    label: string;
    to: "/station" | "/log" | "/insights" | "/buttons";
    search?: Record<string, unknown>;
  } | null;
};

export type EndingButton = { id: string; title: string; endsOn: string };

const SOON_DAYS = 7;
const NAMED_COUNT = 3;
const SHORT_GAP_S = 60;

export function decksToSee(decks: readonly DeckPublic[], { zone, now }: { zone: string; now: Date }): Attention[] {
  const action = { label: todayTexts.showDecks, to: "/station", search: { tab: "decks" } } as const;
  return decks.flatMap((deck): Attention[] => {
    const state = stateOf(deck, now);
    if (state === "quiet") {
      const hint = `${todayTexts.silentHours(deck.silent_usual_hours)} ${todayTexts.deckIsQuietHint}`;
      return [{ key: `deck-${deck.id}`, kind: "quiet", title: todayTexts.deckIsQuiet(deck.name), hint, action }];
    }
    if (state === "test" && deck.test_mode_until !== null) {
      const hint = todayTexts.testUntil(formatClock(deck.test_mode_until, zone));
      return [{ key: `deck-${deck.id}`, kind: "test", title: todayTexts.deckInTest(deck.name), hint, action }];
    }
    return [];
  });
}

/** Spans of today without a record; who may enter presses is led to where the missed ones are entered. */
export function gapsToSee(
  gaps: readonly GapPublic[],
  { zone, mayAdd }: { zone: string; mayAdd: boolean },
): Attention[] {
  const toSee = ({ started_at }: GapPublic, hint: string): Attention => ({
    key: `gap-${started_at}`,
    kind: "gap",
    title: todayTexts.notRecording,
    hint,
    action: mayAdd ? { label: todayTexts.addMissed, to: "/log", search: { add: true, from: started_at } } : null,
  });
  const long = gaps.filter((gap) => secondsOf(gap) >= SHORT_GAP_S);
  const short = gaps.filter((gap) => secondsOf(gap) < SHORT_GAP_S);
  const last = short.at(-1);
  return [
    ...long.map((gap) => toSee(gap, sayGap(gap, zone))),
    // A restart takes seconds: several of them are one thing to look at.
    ...(last === undefined
      ? []
      : [toSee(last, todayTexts.shortGaps(short.length, formatTimeWithZone(last.started_at, zone)))]),
  ];
}

const secondsOf = ({ started_at, ended_at }: GapPublic): number =>
  (Date.parse(ended_at) - Date.parse(started_at)) / 1000;

function sayGap(gap: GapPublic, zone: string): string {
  const { started_at, ended_at } = gap;
  const isOfOneDay = dayOf(started_at, zone) === dayOf(ended_at, zone);
  const start = isOfOneDay ? formatClock(started_at, zone) : formatMoment(started_at, zone);
  return todayTexts.gap(start, formatClock(ended_at, zone), formatDuration(secondsOf(gap)));
}

export function interruptionToSee(isRecording: boolean): Attention[] {
  if (isRecording) return [];
  const { notRecordingNow: title, notRecordingHint: hint } = todayTexts;
  return [{ key: "not-recording", kind: "gap", title, hint, action: null }];
}

export function unusedToSee({ count, data }: UnusedPublic): Attention[] {
  if (count === 0) return [];
  const names = data.slice(0, NAMED_COUNT).map(({ button }) => button.title);
  return [
    {
      key: "unused",
      kind: "unused",
      title: todayTexts.unused(count, formatNumber(count), UNUSED_DAYS),
      hint: nameSome(names, count),
      action: { label: todayTexts.seeInsights, to: "/insights", search: { tab: "unused", days: UNUSED_DAYS } },
    },
  ];
}

export function oldAddressesToSee(all: readonly OldAddressKey[]): Attention[] {
  // One that was never heard may be on no deck at all.
  const keys = all.filter(({ state }) => state !== "never_heard");
  if (keys.length === 0) return [];
  return [
    {
      key: "addresses",
      kind: "address",
      title: todayTexts.oldAddress(keys.length),
      hint: todayTexts.oldAddressHint,
      action: { label: todayTexts.seeKeys, to: "/station", search: { tab: "addresses" } },
    },
  ];
}

/** Buttons that are still in use after their last day, and those that have a week or less to go. */
export function endingToSee(buttons: readonly EndingButton[], today: string): Attention[] {
  const ended = buttons.filter(({ endsOn }) => endsOn < today);
  const ending = buttons.filter(({ endsOn }) => endsOn >= today && endsOn <= addDays(today, SOON_DAYS));
  return [
    ...groupToSee("ended", todayTexts.ended(ended.length), ended),
    ...groupToSee("ending", todayTexts.ending(ending.length), ending),
  ];
}

function groupToSee(key: string, title: string, buttons: readonly EndingButton[]): Attention[] {
  if (buttons.length === 0) return [];
  const names = buttons
    .slice(0, NAMED_COUNT)
    .map((button) => todayTexts.endsOn(button.title, formatDate(button.endsOn, { day: "numeric", month: "short" })));
  const action = { label: todayTexts.seeButtons, to: "/buttons" } as const;
  return [{ key, kind: "ending", title, hint: nameSome(names, buttons.length), action }];
}

const nameSome = (names: readonly string[], count: number): string =>
  formatList(count > names.length ? [...names, todayTexts.others(count - names.length)] : names);
