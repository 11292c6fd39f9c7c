import { useQuery } from "@tanstack/react-query";
import type { StationPublic } from "@/client";
import { Choice, type Option } from "@/components/choice";
import { buttonWordsQuery } from "@/lib/button-words";
import { decksQuery } from "@/lib/decks";
import { typeName } from "@/lib/type-name";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { ButtonField } from "./button-field";
import { CHANNELS, type LogFilters, STATUSES } from "./search";

const ANY = "any";

/** Everything that the log can be narrowed by, but days and words. */
export function FilterPanel({
  station,
  filters,
  setFilters,
}: {
  station: StationPublic;
  filters: LogFilters;
  setFilters: (changed: Partial<LogFilters>) => void;
}) {
  const { data: decks = [] } = useQuery(decksQuery(station.id));
  const { data: words } = useQuery(buttonWordsQuery(station.id));
  const known = words?.types ?? [];
  // The API takes a type in any case; one of the address that no button has any more is offered too.
  const type = known.find((word) => word.toLowerCase() === filters.type?.toLowerCase()) ?? filters.type;
  const types = type === undefined || known.includes(type) ? known : [type, ...known];
  return (
    <div className="flex flex-col gap-3">
      <ButtonField
        stationId={station.id}
        buttonId={filters.button_id ?? null}
        isOptional={true}
        onChange={(button) => setFilters({ button_id: button?.id })}
      />
      <Filter
        label={logTexts.type}
        value={type}
        options={types.map((word) => ({ value: word, label: typeName(word) }))}
        onChange={(chosen) => setFilters({ type: chosen })}
      />
      <Filter
        label={logTexts.deck}
        value={filters.deck_id}
        options={decks.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(deck_id) => setFilters({ deck_id })}
      />
      <Filter
        label={logTexts.status}
        value={filters.status}
        options={STATUSES.map((status) => ({ value: status, label: pressTexts.status[status] }))}
        onChange={(status) => setFilters({ status: STATUSES.find((known) => known === status) })}
      />
      <Filter
        label={logTexts.channel}
        value={filters.channel}
        options={CHANNELS.map((channel) => ({ value: channel, label: pressTexts.channel[channel] }))}
        onChange={(channel) => setFilters({ channel: CHANNELS.find((known) => known === channel) })}
      />
    </div>
  );
}

/** A choice that may be left open. */
function Filter({
  value,
  options,
  onChange,
  ...props
}: {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange: (value: string | undefined) => void;
}) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  const unknown = isKnown ? [] : [{ value, label: value }];
  return (
    <Choice
      {...props}
      value={value ?? ANY}
      options={[{ value: ANY, label: logTexts.any }, ...unknown, ...options]}
      onChange={(chosen) => onChange(chosen === ANY ? undefined : chosen)}
    />
  );
}
