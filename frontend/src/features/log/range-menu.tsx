import { CalendarDays } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { StationPublic } from "@/client";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { dayOf } from "@/lib/format";
import { logTexts } from "@/texts/log";
import { presets, rangeWords } from "./describe-filters";
import { isDay, LAST_DAY, type LogFilters } from "./search";

type Props = {
  station: StationPublic;
  filters: LogFilters;
  setFilters: (changed: Partial<LogFilters>) => void;
};

/** Which days the log shows; also the way to jump to one. */
export function RangeMenu({ station, filters, setFilters }: Props) {
  const [isOpen, setOpen] = useState(false);
  const choose = (range: Pick<LogFilters, "start" | "end">) => {
    setFilters(range);
    setOpen(false);
  };
  return (
    <Popover open={isOpen} onOpenChange={setOpen}>
      <PopoverTrigger asChild={true}>
        <Button variant="outline">
          <CalendarDays aria-hidden="true" />
          <span className="max-w-64 truncate">{rangeWords(filters, station.zone) ?? logTexts.anyDay}</span>
        </Button>
      </PopoverTrigger>
      <PopoverContent align="start" className="flex flex-col gap-4" aria-label={logTexts.chooseRange}>
        <div className="flex flex-wrap gap-2">
          {presets(dayOf(new Date(), station.zone)).map(({ label, ...range }) => (
            <Button key={label} variant="secondary" size="sm" className="h-9" onClick={() => choose(range)}>
              {label}
            </Button>
          ))}
          <Button
            variant="secondary"
            size="sm"
            className="h-9"
            onClick={() => choose({ start: undefined, end: undefined })}
          >
            {logTexts.anyDay}
          </Button>
        </div>
        <DaysForm station={station} filters={filters} onChoose={choose} />
      </PopoverContent>
    </Popover>
  );
}

function DaysForm({
  station,
  filters,
  onChoose,
}: Pick<Props, "station" | "filters"> & { onChoose: (range: Pick<LogFilters, "start" | "end">) => void }) {
  const asDay = (moment: string | undefined) =>
    moment === undefined ? "" : isDay(moment) ? moment : dayOf(moment, station.zone);
  const [start, setStart] = useState(asDay(filters.start));
  const [end, setEnd] = useState(asDay(filters.end));
  const isWrong = start !== "" && end !== "" && end < start;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) onChoose({ start: start || undefined, end: end || undefined });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <FormField label={logTexts.from}>
        {(props) => (
          <Input
            {...props}
            type="date"
            value={start}
            max={LAST_DAY}
            onChange={(event) => {
              setStart(event.target.value);
              // Who picks a first day wants that day, until they pick another last one.
              if (end === "" || end < event.target.value) setEnd(event.target.value);
            }}
          />
        )}
      </FormField>
      <FormField label={logTexts.to} error={isWrong ? logTexts.wrongRange : undefined}>
        {(props) => (
          <Input {...props} type="date" value={end} max={LAST_DAY} onChange={(event) => setEnd(event.target.value)} />
        )}
      </FormField>
      <Button type="submit">{logTexts.apply}</Button>
    </form>
  );
}
