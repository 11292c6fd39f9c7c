import { useEffect, useState } from "react";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { formatNumber } from "@/lib/format";
import { insightsTexts as texts } from "@/texts/insights";
import { DEFAULT_UNUSED_DAYS } from "./search";
import { useInsights } from "./use-insights";

const SUGGESTED = [30, 60, 90, 180, 365] as const;
const MOST = 3_660;

const isSensible = (days: number): boolean => Number.isInteger(days) && days >= 1 && days <= MOST;

/** For how many days a button was not used: typed, or one of the usual. */
export function UnusedDays() {
  const { search, patch } = useInsights();
  const days = search.days ?? DEFAULT_UNUSED_DAYS;
  const [typed, setTyped] = useState(String(days));
  useEffect(() => setTyped(String(days)), [days]);
  const take = (value: string) => {
    setTyped(value);
    const count = Number(value);
    if (isSensible(count)) patch({ days: count, page: undefined }, { replace: true });
  };
  return (
    <div className="col-span-2 flex flex-wrap items-start gap-x-3 gap-y-2 sm:w-auto!">
      <FormField label={texts.unusedFor} error={isSensible(Number(typed)) ? undefined : texts.wrongNumber}>
        {(props) => (
          <span className="flex items-center gap-2 text-sm">
            <Input
              {...props}
              type="number"
              inputMode="numeric"
              min={1}
              max={MOST}
              value={typed}
              onChange={(event) => take(event.target.value)}
              className="w-24 tabular-nums"
            />
            {texts.unit}
          </span>
        )}
      </FormField>
      <div className="flex gap-1 sm:pt-6.5">
        {SUGGESTED.map((count) => (
          <Button
            key={count}
            variant={count === days ? "secondary" : "ghost"}
            className="px-2.5 tabular-nums"
            aria-pressed={count === days}
            aria-label={`${formatNumber(count)} ${texts.unit}`}
            onClick={() => patch({ days: count, page: undefined })}
          >
            {formatNumber(count)}
          </Button>
        ))}
      </div>
    </div>
  );
}
