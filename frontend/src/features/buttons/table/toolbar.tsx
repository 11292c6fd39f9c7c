import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { lazy, Suspense } from "react";
import { SearchBox } from "@/components/search-box";
import { Button } from "@/components/ui/button";
import { NativeSelect } from "@/components/ui/native-select";
import { buttonWordsQuery } from "@/lib/button-words";
import { useStation } from "@/lib/station";
import { typeName } from "@/lib/type-name";
import { buttonsTexts } from "@/texts/buttons";
import { type ButtonsSearch, isFiltered, SORTS, STATES } from "../search";

// Menus come after the list, which people came for.
const ColumnsMenu = lazy(async () => ({ default: (await import("./columns-menu")).ColumnsMenu }));

export type ChangeSearch = (changes: Partial<ButtonsSearch>, options?: { replace?: boolean }) => void;

/** What the list is narrowed to, and what it shows; all of it in the address. */
export function Toolbar({
  search,
  isPhone,
  isListThere,
  change,
}: {
  search: ButtonsSearch;
  isPhone: boolean;
  isListThere: boolean;
  change: ChangeSearch;
}) {
  const station = useStation();
  // After the list, which people came for.
  const { data: words } = useQuery({ ...buttonWordsQuery(station.id), enabled: isListThere });
  return (
    <div className="mb-4 grid grid-cols-2 items-center gap-2 md:flex md:flex-wrap">
      <SearchBox
        label={buttonsTexts.search}
        placeholder={buttonsTexts.searchPlaceholder}
        value={search.q ?? ""}
        onChange={(q, options) => change({ q: q || undefined }, options)}
        className="col-span-2 md:w-80"
      />
      <WordSelect
        label={buttonsTexts.type}
        anyLabel={buttonsTexts.anyType}
        words={words?.types ?? []}
        nameOf={typeName}
        value={search.type}
        onChange={(type) => change({ type })}
      />
      <WordSelect
        label={buttonsTexts.tag}
        anyLabel={buttonsTexts.anyTag}
        words={words?.tags ?? []}
        value={search.tag}
        onChange={(tag) => change({ tag })}
      />
      <Choice
        label={buttonsTexts.state}
        options={STATES.map((state) => [state, buttonsTexts.states[state]])}
        value={search.state ?? "active"}
        onChange={(chosen) => change({ state: chosen === "active" ? undefined : chosen })}
      />
      {isPhone && (
        <Choice
          label={buttonsTexts.sortBy}
          options={SORTS.map((sort) => [sort, buttonsTexts.sortOrders[sort]])}
          value={search.sort ?? "title"}
          onChange={(chosen) => change({ sort: chosen === "title" ? undefined : chosen })}
        />
      )}
      {isFiltered(search) && (
        <Button variant="ghost" className="h-9 px-3 max-md:col-span-2" onClick={() => change(NO_FILTERS)}>
          <X aria-hidden="true" />
          {buttonsTexts.clearFilters}
        </Button>
      )}
      {!isPhone && (
        <Suspense fallback={null}>
          <ColumnsMenu search={search} change={change} />
        </Suspense>
      )}
    </div>
  );
}

export const NO_FILTERS: Partial<ButtonsSearch> = { q: undefined, type: undefined, tag: undefined, state: undefined };

const ANY = "";

function WordSelect({
  label,
  anyLabel,
  words,
  nameOf = (word) => word,
  value,
  onChange,
}: {
  label: string;
  anyLabel: string;
  words: readonly string[];
  nameOf?: (word: string) => string;
  value: string | undefined;
  onChange: (word: string | undefined) => void;
}) {
  // The one of the address stands even before the others are there, in the case in which the station writes it.
  const known = words.find((word) => word.toLowerCase() === value?.toLowerCase());
  const shown = known ?? value;
  const all = shown === undefined || known ? words : [shown, ...words];
  return (
    <Choice
      label={label}
      options={[[ANY, anyLabel], ...all.map((word) => [word, nameOf(word)] as const)]}
      value={shown ?? ANY}
      onChange={(chosen) => onChange(chosen === ANY ? undefined : chosen)}
    />
  );
}

function Choice<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly (readonly [Value, string])[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <NativeSelect
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find(([option]) => option === event.target.value);
        if (chosen) onChange(chosen[0]);
      }}
      className="h-9 md:w-40"
    >
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </NativeSelect>
  );
}
