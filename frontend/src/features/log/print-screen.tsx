import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Printer } from "lucide-react";
import { memo, type ReactNode, useMemo, useState } from "react";
import type { StationPublic } from "@/client";
import { ErrorFace } from "@/components/faces";
import { PageHeader } from "@/components/page-header";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { formatMoment, formatNumber } from "@/lib/format";
import { useStation } from "@/lib/station";
import { logTexts } from "@/texts/log";
import { labelOf, rangeWords } from "./describe-filters";
import { useFilterWords } from "./filter-bar";
import { itemsOf } from "./items";
import { PageNumbers } from "./page-numbers";
import { PrintTable } from "./print-table";
import { MOST_PRINTED, type Printed, printQuery } from "./queries/list-for-print";
import { filtersOf, type LogFilters, queryOf, showsGaps } from "./search";
import { TotalsLine, totalsOf } from "./totals";

/** The log as it goes on paper: all presses of the range, up to a limit, with what a reader of the sheet must know. */
export function PrintScreen() {
  const station = useStation();
  const search = useSearch({ from: "/_app/_station/log_/print" });
  const known = JSON.stringify(filtersOf(search));
  const filters = useMemo(() => JSON.parse(known) as LogFilters, [known]);
  const queryClient = useQueryClient();
  const [count, setCount] = useState(0);
  const asked = { station, query: queryOf(filters, station.zone), hasGaps: showsGaps(filters) };
  const { data, error, refetch } = useQuery(printQuery(asked, { queryClient, onProgress: setCount }));
  return (
    <>
      <div className="print:hidden">
        <PageHeader title={logTexts.printTitle}>
          <Button asChild={true} variant="outline">
            <Link to="/log" search={(search) => search}>
              <ArrowLeft aria-hidden="true" />
              {logTexts.back}
            </Link>
          </Button>
          <Button disabled={data === undefined} onClick={() => window.print()}>
            <Printer aria-hidden="true" />
            {logTexts.printNow}
          </Button>
        </PageHeader>
      </div>
      {data !== undefined && (
        <Sheets station={station} filters={filters} hasBothClocks={search.clocks === "both"} printed={data} />
      )}
      {data === undefined && error !== null && <ErrorFace error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <p role="status" className="py-12 text-center text-sm text-muted-foreground tabular-nums">
          {logTexts.printing(formatNumber(count))}
        </p>
      )}
    </>
  );
}

// What was fetched stays as it is while one chooses a printer: thousands of rows are drawn once.
const Sheets = memo(function Sheets({
  station,
  filters,
  hasBothClocks,
  printed,
}: {
  station: StationPublic;
  filters: LogFilters;
  hasBothClocks: boolean;
  printed: Printed;
}) {
  const { presses, gaps, hasMore } = printed;
  const words = useFilterWords(station, filters);
  const range = rangeWords(filters, station.zone) ?? logTexts.wholeRecord;
  const printedAt = useMemo(() => formatMoment(new Date(), station.zone), [station.zone]);
  const totals = useMemo(() => totalsOf(presses), [presses]);
  const items = useMemo(() => {
    // Under a day that is none, so that the first day has its heading too.
    const start = { cursor: null, row: 0, day: "", after: null, previous: null };
    return itemsOf({ presses, gaps, nextCursor: null }, start, station.zone);
  }, [presses, gaps, station.zone]);
  const name = station.call_sign ?? station.name;
  return (
    <article
      data-testid="sheets"
      className="rounded-lg border bg-card p-4 text-[13px] sm:p-6 print:rounded-none print:border-0 print:bg-transparent print:p-0 print:text-[8pt] print:leading-[1.3]"
    >
      <PageNumbers label={logTexts.pageOf(name, range)} />
      <header className="mb-4 flex flex-col gap-3">
        <h2 className="text-lg font-semibold print:text-[14pt]">{logTexts.printTitle}</h2>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 sm:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)] print:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)]">
          <Fact label={logTexts.station} value={station.name} />
          <Fact label={logTexts.range} value={range} />
          <Fact label={logTexts.callSign} value={station.call_sign ?? "–"} />
          <Fact label={logTexts.zone} value={station.zone} />
          <Fact label={logTexts.filters} value={words.map(labelOf).join(" · ") || logTexts.noFilters} />
          <Fact label={logTexts.totals} value={<TotalsLine totals={totals} />} />
        </dl>
        {hasMore && <Alert variant="warning">{logTexts.printLimit(formatNumber(MOST_PRINTED))}</Alert>}
      </header>
      {items.length === 0 ? (
        <p className="py-6 text-center">{logTexts.printEmpty}</p>
      ) : (
        <PrintTable items={items} zone={station.zone} hasBothClocks={hasBothClocks} />
      )}
      <footer className="mt-4 flex flex-wrap justify-between gap-x-6 gap-y-1 border-t pt-2 break-inside-avoid">
        <TotalsLine totals={totals} className="font-medium" />
        <p>{logTexts.printedAt(printedAt)}</p>
      </footer>
    </article>
  );
});

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </>
  );
}
