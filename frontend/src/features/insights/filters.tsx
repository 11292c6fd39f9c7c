import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Choice, optionsOf } from "@/components/choice";
import { buttonWordsQuery } from "@/lib/button-words";
import { decksQuery } from "@/lib/decks";
import { formatDays } from "@/lib/format";
import { typeName } from "@/lib/type-name";
import { insightsTexts as texts } from "@/texts/insights";
import { DayInputs } from "./day-inputs";
import { type Days, lastDayOf, RANGES, type RangeName } from "./days";
import { rangeOf, selectionOf } from "./search";
import { useInsights } from "./use-insights";

// Not a word that a type could be, which has no line break.
const ALL = "\n";
const CHOSEN = "chosen";

/** What is shown is narrowed to. On a phone two beside each other. */
export function FilterBar({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset lays itself out by rules of its own
    <div
      role="group"
      aria-label={texts.filters}
      className="grid grid-cols-2 items-start gap-3 sm:flex sm:flex-wrap sm:[&>*]:w-44 print:hidden"
    >
      {children}
    </div>
  );
}

export const daysText = (days: Days): string => formatDays(days.start, lastDayOf(days));

/** Which days: a range by name, or two days. */
export function RangeFilter() {
  const { search, today, patch } = useInsights();
  const { days, name } = rangeOf(search, today);
  const choose = (value: string) => {
    if (value === CHOSEN) patch({ range: undefined, start: days.start, end: days.end });
    else patch({ range: value as RangeName, start: undefined, end: undefined });
  };
  return (
    <>
      <Choice
        label={texts.range}
        value={name ?? CHOSEN}
        options={[...optionsOf(RANGES, texts.ranges), { value: CHOSEN, label: texts.chosenDays }]}
        onChange={choose}
      />
      {name === null && (
        <DayInputs days={days} onChange={({ start, end }) => patch({ start, end }, { replace: true })} />
      )}
    </>
  );
}

/** One of a type's or tag's words; a word of the address that no button has any more is offered too. */
function WordFilter({
  label,
  all,
  value,
  words,
  nameOf = (word) => word,
  onChange,
}: {
  label: string;
  all: string;
  value: string | undefined;
  words: readonly string[];
  nameOf?: (word: string) => string;
  onChange: (value: string | undefined) => void;
}) {
  const known = words.find((word) => word.toLowerCase() === value?.toLowerCase());
  const offered = value === undefined || known !== undefined ? words : [value, ...words];
  return (
    <Choice
      label={label}
      value={known ?? value ?? ALL}
      options={[{ value: ALL, label: all }, ...offered.map((word) => ({ value: word, label: nameOf(word) }))]}
      onChange={(chosen) => onChange(chosen === ALL ? undefined : chosen)}
    />
  );
}

export function TypeFilter() {
  const { station, search, patch } = useInsights();
  const { data } = useQuery(buttonWordsQuery(station.id));
  return (
    <WordFilter
      label={texts.type}
      all={texts.allTypes}
      value={search.type}
      words={data?.types ?? []}
      nameOf={typeName}
      onChange={(type) => patch({ type, page: undefined, ...(type && { deck: undefined }) })}
    />
  );
}

function TagFilter() {
  const { station, search, patch } = useInsights();
  const { data } = useQuery(buttonWordsQuery(station.id));
  if (search.tag === undefined && data?.tags.length === 0) return null;
  return (
    <WordFilter
      label={texts.tag}
      all={texts.allTags}
      value={search.tag}
      words={data?.tags ?? []}
      onChange={(tag) => patch({ tag, ...(tag && { deck: undefined }) })}
    />
  );
}

function DeckFilter() {
  const { station, search, patch } = useInsights();
  const { data: decks = [] } = useQuery(decksQuery(station.id));
  const { deck_id: deckId } = selectionOf(search);
  const options = [
    { value: ALL, label: texts.allDecks },
    ...decks.map((deck) => ({ value: deck.id, label: deck.name })),
  ];
  return (
    <Choice
      label={texts.deck}
      value={deckId ?? ALL}
      options={options}
      onChange={(chosen) => {
        if (chosen === ALL) patch({ deck: undefined });
        else patch({ deck: chosen, type: undefined, tag: undefined });
      }}
    />
  );
}

/** Whose presses: of a type, a tag, or a deck. */
export function SelectionFilters() {
  return (
    <>
      <TypeFilter />
      <TagFilter />
      <DeckFilter />
    </>
  );
}
