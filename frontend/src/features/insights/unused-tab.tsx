import { useQuery } from "@tanstack/react-query";
import { CircleCheckBig, Download } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { ButtonName, UnusedButton } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { PageSteps } from "@/components/page-steps";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { saveCsv } from "@/lib/csv";
import { formatNumber } from "@/lib/format";
import { notify } from "@/lib/notify";
import { messageOf } from "@/lib/problem";
import { canEdit } from "@/lib/station";
import { commonTexts } from "@/texts/common";
import { insightsTexts as texts } from "@/texts/insights";
import { FilterBar, TypeFilter } from "./filters";
import { readAllUnused, unusedQuery } from "./queries/list-unused";
import { useRetireUnused } from "./queries/retire-button";
import { DEFAULT_UNUSED_DAYS } from "./search";
import { UnusedDays } from "./unused-days";
import { UnusedTable } from "./unused-table";
import { useInsights } from "./use-insights";

const PAGE_SIZE = 25;
const PENDING_ROWS = 8;

/** Buttons that nobody used for some time: what to replace. */
export function UnusedTab() {
  return (
    <>
      <FilterBar>
        <UnusedDays />
        <TypeFilter />
      </FilterBar>
      <UnusedCard />
    </>
  );
}

function useAsked() {
  const { search } = useInsights();
  return { days: search.days ?? DEFAULT_UNUSED_DAYS, ...(search.type && { type: search.type }) };
}

/** Retires with a way back, in the notice that says so. */
function useRetireWithUndo(): (button: ButtonName) => void {
  const { station } = useInsights();
  const change = useRetireUnused(station.id, {
    onDone: ({ button, retire }) => {
      if (!retire) notify.success(texts.unretired(button.title));
      else {
        const undo = () => change.mutate({ button, retire: false });
        notify.success(texts.retired(button.title), { action: { label: commonTexts.undo, onClick: undo } });
      }
    },
  });
  return (button) => change.mutate({ button, retire: true });
}

function UnusedCard() {
  const titleId = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const { station, search, patch } = useInsights();
  const asked = useAsked();
  const page = search.page ?? 1;
  const query = useQuery(unusedQuery(station.id, { ...asked, skip: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }));
  const retire = useRetireWithUndo();
  const found = query.data;
  const days = formatNumber(asked.days);
  useLastPage(query.isPlaceholderData ? undefined : found?.count);
  return (
    <Card aria-labelledby={titleId}>
      <CardHeader className="flex-nowrap">
        <div className="min-w-0">
          <CardTitle id={titleId} ref={title} tabIndex={-1} className="outline-none">
            {texts.unused}
          </CardTitle>
          <CardDescription className="max-w-3xl text-pretty">{texts.unusedHint(days)}</CardDescription>
        </div>
        <SaveAll isDisabled={!found?.count} />
      </CardHeader>
      {query.isLoadingError && <ErrorFace error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <RowsSkeleton rows={PENDING_ROWS} rowClassName="h-12" />}
      {found?.count === 0 && (
        <EmptyFace icon={CircleCheckBig} title={texts.nothingUnused} description={texts.nothingUnusedHint(days)} />
      )}
      {found && found.count > 0 && (
        <div className={query.isPlaceholderData ? "opacity-60" : undefined}>
          <UnusedTable
            name={texts.unused}
            buttons={found.data}
            onRetire={canEdit(station) ? retire : null}
            onLastRetired={() => title.current?.focus()}
          />
          <nav aria-label={texts.pages} className="mt-4 flex justify-end text-sm">
            <PageSteps
              page={page}
              size={PAGE_SIZE}
              count={found.count}
              onPage={(to) => patch({ page: to === 1 ? undefined : to })}
            />
          </nav>
        </div>
      )}
    </Card>
  );
}

/** Goes to the last page where the address names one beyond it: the only one of the last page was retired, for instance. */
function useLastPage(count: number | undefined): void {
  const { search, patch } = useInsights();
  const page = search.page ?? 1;
  const last = count === undefined ? page : Math.max(1, Math.ceil(count / PAGE_SIZE));
  useEffect(() => {
    if (page > last) patch({ page: last === 1 ? undefined : last }, { replace: true });
  }, [page, last, patch]);
}

const HEADER = [texts.button, texts.type, texts.lastUsed, texts.firstUsed, texts.made, texts.uses];

const cellsOf = ({ button, last_used_at, first_used_at, created_at, usage_count }: UnusedButton) => [
  button.title,
  button.type,
  last_used_at,
  first_used_at,
  created_at,
  usage_count,
];

/** All pages in one file. */
function SaveAll({ isDisabled }: { isDisabled: boolean }) {
  const { station, today } = useInsights();
  const asked = useAsked();
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      const buttons = await readAllUnused(station.id, asked);
      saveCsv(`unused-for-${asked.days}-days-${today}.csv`, HEADER, buttons.map(cellsOf));
    } catch (problem) {
      notify.error(messageOf(problem));
    } finally {
      setSaving(false);
    }
  };
  return (
    <Button
      variant="ghost"
      size="icon"
      className="size-9 print:hidden"
      aria-label={texts.saveUnused}
      title={texts.saveUnused}
      disabled={isDisabled || isSaving}
      onClick={save}
    >
      <Download aria-hidden="true" />
    </Button>
  );
}
