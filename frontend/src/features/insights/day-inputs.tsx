import { useEffect, useState } from "react";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import { addDays } from "@/lib/format";
import { insightsTexts as texts } from "@/texts/insights";
import { type Days, isSensible, lastDayOf } from "./days";

const daysFrom = (first: string, last: string): Days | null => {
  if (!first || !last || Number.isNaN(Date.parse(last))) return null;
  const days = { start: first, end: addDays(last, 1) };
  return isSensible(days) ? days : null;
};

/** Two days of the calendar, both of them meant. What makes no sense is said, and changes nothing. */
export function DayInputs({ days, onChange }: { days: Days; onChange: (days: Days) => void }) {
  const [first, setFirst] = useState(days.start);
  const [last, setLast] = useState(lastDayOf(days));
  const { start, end } = days;
  useEffect(() => {
    setFirst(start);
    setLast(lastDayOf({ start, end }));
  }, [start, end]);

  const take = (newFirst: string, newLast: string) => {
    setFirst(newFirst);
    setLast(newLast);
    const chosen = daysFrom(newFirst, newLast);
    if (chosen) onChange(chosen);
  };
  const error = daysFrom(first, last) ? undefined : texts.wrongDays;
  return (
    <>
      <FormField label={texts.firstDay} error={error} className="max-w-64">
        {(props) => (
          <Input {...props} type="date" value={first} required onChange={(event) => take(event.target.value, last)} />
        )}
      </FormField>
      <FormField label={texts.lastDay}>
        {(props) => (
          <Input {...props} type="date" value={last} required onChange={(event) => take(first, event.target.value)} />
        )}
      </FormField>
    </>
  );
}
