import { Choice, optionsOf } from "@/components/choice";
import { insightsTexts as texts } from "@/texts/insights";
import { ComparedDays } from "./compared-days";
import { ComparedMovers } from "./compared-movers";
import { ComparedTotals } from "./compared-totals";
import { ComparedTypes } from "./compared-types";
import { DayInputs } from "./day-inputs";
import { COMPARISONS, type ComparisonName, lengthOf } from "./days";
import { FilterBar, SelectionFilters } from "./filters";
import { comparedOf, selectionOf } from "./search";
import { useInsights } from "./use-insights";

const CHOSEN = "chosen";

/** Some days beside others: how many presses, of which types, and which buttons moved. */
export function CompareTab() {
  const { search, today, patch } = useInsights();
  const { compared, name } = comparedOf(search, today);
  const choose = (value: string) => {
    if (value !== CHOSEN) patch({ vs: value as ComparisonName, before_start: undefined, before_end: undefined });
    else patch({ vs: CHOSEN, range: undefined, ...chosen(compared) });
  };
  return (
    <>
      <FilterBar>
        <Choice
          label={texts.comparison}
          value={name ?? CHOSEN}
          options={[...optionsOf(COMPARISONS, texts.comparisons), { value: CHOSEN, label: texts.chosenComparison }]}
          onChange={choose}
          className="col-span-2 sm:w-72!"
        />
        <SelectionFilters />
      </FilterBar>
      {name === null && <ChosenDays />}
      <Hints />
      <ComparedTotals />
      <ComparedDays />
      <div className="grid grid-cols-1 gap-5 lg:grid-cols-2 xl:grid-cols-3">
        {selectionOf(search).deck_id === undefined && <ComparedTypes />}
        <ComparedMovers />
      </div>
    </>
  );
}

const chosen = ({ now, before }: ReturnType<typeof comparedOf>["compared"]) => ({
  start: now.start,
  end: now.end,
  before_start: before.start,
  before_end: before.end,
});

function ChosenDays() {
  const { search, today, patch } = useInsights();
  const { compared } = comparedOf(search, today);
  const take = (changed: Partial<typeof compared>) =>
    patch({ range: undefined, ...chosen({ ...compared, ...changed }) }, { replace: true });
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:max-w-4xl">
      <fieldset className="grid grid-cols-2 gap-3">
        <legend className="mb-1 text-sm font-semibold">{texts.theseDays}</legend>
        <DayInputs days={compared.now} onChange={(now) => take({ now })} />
      </fieldset>
      <fieldset className="grid grid-cols-2 gap-3">
        <legend className="mb-1 text-sm font-semibold">{texts.withDays}</legend>
        <DayInputs days={compared.before} onChange={(before) => take({ before })} />
      </fieldset>
    </div>
  );
}

/** What must be known to read the numbers right. */
function Hints() {
  const { search, today } = useInsights();
  const { compared, name } = comparedOf(search, today);
  const hints = [];
  if (compared.now.end > today || compared.before.end > today) hints.push(texts.withToday);
  else if (name !== null) hints.push(name === "last-month" ? texts.wholeMonths : texts.wholeDays);
  if (lengthOf(compared.now) !== lengthOf(compared.before)) hints.push(texts.unequal);
  return <p className="min-h-5 text-sm text-muted-foreground">{hints.join(" ")}</p>;
}
