import { useQuery } from "@tanstack/react-query";
import type { StationPublic } from "@/client";
import { FormField } from "@/components/form-field";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";
import { buttonWordsQuery } from "@/lib/button-words";
import { decksQuery } from "@/lib/decks";
import { typeName } from "@/lib/type-name";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { ButtonField } from "./button-field";
import { CHANNELS, type LogFilters, STATUSES } from "./search";

const ANY = "any";

type Option = { value: string; label: string };

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
      <Choice
        label={logTexts.type}
        value={type}
        options={types.map((word) => ({ value: word, label: typeName(word) }))}
        onChange={(chosen) => setFilters({ type: chosen })}
      />
      <Choice
        label={logTexts.deck}
        value={filters.deck_id}
        options={decks.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(deck_id) => setFilters({ deck_id })}
      />
      <Choice
        label={logTexts.status}
        value={filters.status}
        options={STATUSES.map((status) => ({ value: status, label: pressTexts.status[status] }))}
        onChange={(status) => setFilters({ status: STATUSES.find((known) => known === status) })}
      />
      <Choice
        label={logTexts.channel}
        value={filters.channel}
        options={CHANNELS.map((channel) => ({ value: channel, label: pressTexts.channel[channel] }))}
        onChange={(channel) => setFilters({ channel: CHANNELS.find((known) => known === channel) })}
      />
    </div>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange: (value: string | undefined) => void;
}) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return (
    <FormField label={label}>
      {(props) => (
        <Select value={value ?? ANY} onValueChange={(chosen) => onChange(chosen === ANY ? undefined : chosen)}>
          <SelectTrigger {...props}>
            <SelectValue />
          </SelectTrigger>
          <SelectContent>
            <SelectItem value={ANY}>{logTexts.any}</SelectItem>
            {!isKnown && <SelectItem value={value}>{value}</SelectItem>}
            {options.map((option) => (
              <SelectItem key={option.value} value={option.value}>
                {option.label}
              </SelectItem>
            ))}
          </SelectContent>
        </Select>
      )}
    </FormField>
  );
}
