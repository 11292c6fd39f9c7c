import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, ListFilter, X } from "lucide-react";
import { lazy, Suspense } from "react";
import type { StationPublic } from "@/client";
import { SearchBox } from "@/components/search-box";
import { Button } from "@/components/ui/button";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { Skeleton } from "@/components/ui/skeleton";
import { decksQuery } from "@/lib/decks";
import { addDays } from "@/lib/format";
import { buttonQuery } from "@/lib/one-button";
import { logTexts } from "@/texts/log";
import { ClocksToggle } from "./clocks-toggle";
import { type FilterWords, filterWords, labelOf, onlyDayOf, rangeWords } from "./describe-filters";
import { RangeMenu } from "./range-menu";
import { isFiltered, type LogFilters } from "./search";

const FilterPanel = lazy(async () => ({ default: (await import("./filter-panel")).FilterPanel }));

type Props = {
  station: StationPublic;
  filters: LogFilters;
  setFilters: (changed: Partial<LogFilters>, options?: { replace?: boolean }) => void;
  clear: () => void;
};

/** What narrows the log: words in notes, days, and everything else behind one button; and what is chosen, to be removed. */
export function FilterBar(props: Props) {
  const { station, filters, setFilters, clear } = props;
  const words = useFilterWords(station, filters);
  const range = rangeWords(filters, station.zone);
  const chips: FilterWords[] = [
    ...(range === null ? [] : [{ name: logTexts.chooseRange, value: range, clears: ["start", "end"] } as FilterWords]),
    ...words,
  ];
  return (
    <div className="mb-3 flex flex-col gap-3 print:hidden">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label={logTexts.searchNotes}
          placeholder={logTexts.searchNotes}
          value={filters.note ?? ""}
          onChange={(note, options) => setFilters({ note: note || undefined }, options)}
          className="h-10 min-w-44 flex-1 basis-full sm:max-w-72 sm:basis-auto"
        />
        <div className="flex items-center gap-1">
          <DayStep filters={filters} setFilters={setFilters} days={-1} />
          <RangeMenu station={station} filters={filters} setFilters={setFilters} />
          <DayStep filters={filters} setFilters={setFilters} days={1} />
        </div>
        <MoreFilters {...props} count={words.filter(({ clears }) => !clears.includes("note")).length} />
        <ClocksToggle />
      </div>
      {isFiltered(filters) && (
        <ul aria-label={logTexts.activeFilters} className="flex flex-wrap items-center gap-2">
          {chips.map((chip) => (
            <li key={chip.name}>
              <Chip
                label={labelOf(chip)}
                onRemove={() => setFilters(Object.fromEntries(chip.clears.map((name) => [name, undefined])))}
              />
            </li>
          ))}
          <li>
            <Button variant="link" size="sm" className="h-9 md:h-8" onClick={clear}>
              {logTexts.clearFilters}
            </Button>
          </li>
        </ul>
      )}
    </div>
  );
}

/** The filters in words, with the titles of what they name. */
export function useFilterWords(station: StationPublic, filters: LogFilters): FilterWords[] {
  const { data: decks = [] } = useQuery({ ...decksQuery(station.id), enabled: filters.deck_id !== undefined });
  const { data: button } = useQuery({
    ...buttonQuery(station.id, filters.button_id ?? ""),
    enabled: filters.button_id !== undefined,
  });
  return filterWords(filters, { buttons: button ? [button] : [], decks });
}

/** From day to day, while the log shows one. */
function DayStep({ filters, setFilters, days }: Pick<Props, "filters" | "setFilters"> & { days: 1 | -1 }) {
  const day = onlyDayOf(filters);
  if (day === null) return null;
  const other = addDays(day, days);
  const label = days < 0 ? logTexts.dayBefore : logTexts.dayAfter;
  return (
    <Button
      variant="outline"
      size="icon"
      aria-label={label}
      title={label}
      onClick={() => setFilters({ start: other, end: other })}
    >
      {days < 0 ? <ChevronLeft aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
    </Button>
  );
}

function MoreFilters({ station, filters, setFilters, count }: Props & { count: number }) {
  return (
    <Popover>
      <PopoverTrigger asChild={true}>
        <Button variant="outline" aria-label={count > 0 ? logTexts.filtersActive(count) : undefined}>
          <ListFilter aria-hidden="true" />
          {logTexts.filters}
          {count > 0 && (
            <span className="rounded-full bg-primary px-1.5 text-xs text-primary-foreground tabular-nums">{count}</span>
          )}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="start" className="w-80" aria-label={logTexts.filters}>
        <Suspense fallback={<Skeleton className="h-80 w-full" />}>
          <FilterPanel station={station} filters={filters} setFilters={setFilters} />
        </Suspense>
      </PopoverContent>
    </Popover>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-9 max-w-full items-center gap-1 rounded-full bg-accent pl-3 text-sm text-accent-foreground md:h-8">
      <span className="truncate">{label}</span>
      <button
        type="button"
        aria-label={logTexts.removeFilter(label)}
        className="grid size-9 shrink-0 place-content-center rounded-full outline-none hover:bg-primary/15 focus-visible:ring-2 focus-visible:ring-ring md:size-8"
        onClick={onRemove}
      >
        <X className="size-3.5" aria-hidden="true" />
      </button>
    </span>
  );
}
