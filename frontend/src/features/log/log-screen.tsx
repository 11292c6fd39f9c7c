import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { CirclePlus, ScrollText, SearchX } from "lucide-react";
import { lazy, Suspense, useCallback, useState } from "react";
import type { CorrectionKind, PressPublic, StationPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { buttonWordsQuery } from "@/lib/button-words";
import { canEdit, useStation } from "@/lib/station";
import { logTexts } from "@/texts/log";
import { ExportMenu } from "./export-menu";
import { FilterBar } from "./filter-bar";
import { LogTable } from "./log-table";
import { isFiltered } from "./search";
import { useFilters } from "./use-filters";
import { type Log, useLog } from "./use-log";
import { usePrintKey } from "./use-print-key";

const PressSheet = lazy(async () => ({ default: (await import("./press-sheet")).PressSheet }));
const CorrectionDialog = lazy(async () => ({ default: (await import("./correction-dialog")).CorrectionDialog }));
const MissedPlayDialog = lazy(async () => ({ default: (await import("./missed-play-dialog")).MissedPlayDialog }));

/** Every press of the station, newest first. */
export function LogScreen() {
  const station = useStation();
  const { filters, setFilters, clear } = useFilters();
  const { clocks } = useSearch({ from: "/_app/_station/log" });
  const navigate = useNavigate({ from: "/log" });
  const log = useLog(station, filters);
  usePrintKey(() => void navigate({ to: "/log/print", search: (search) => search }));
  const add = useCallback(
    (from?: string) => void navigate({ search: (search) => ({ ...search, add: true, from }), resetScroll: false }),
    [navigate],
  );
  const mayEdit = canEdit(station);
  const logKey = JSON.stringify(filters);
  const [awaited, setAwaited] = useState<{ pressId: string; logKey: string }>();
  const awaitRow = (pressId: string) => {
    if (log.data === undefined) setAwaited({ pressId, logKey });
  };
  return (
    <>
      <PageHeader title={logTexts.title} description={logTexts.description(station.zone)}>
        <ExportMenu station={station} filters={filters} />
        {mayEdit && (
          <Button onClick={() => add()}>
            <CirclePlus aria-hidden="true" />
            {logTexts.addPlay}
          </Button>
        )}
      </PageHeader>
      <FilterBar station={station} filters={filters} setFilters={setFilters} clear={clear} />
      <p className="mb-3 hidden text-sm print:block">{logTexts.printHint}</p>
      <Rows
        key={logKey}
        station={station}
        log={log}
        awaitedPress={awaited?.logKey === logKey ? awaited.pressId : null}
        hasFilters={isFiltered(filters)}
        hasBothClocks={clocks === "both"}
        onClear={clear}
        onAdd={mayEdit ? add : null}
      />
      <Overlays station={station} onRowMissing={awaitRow} />
    </>
  );
}

function Rows({
  station,
  log,
  awaitedPress,
  hasFilters,
  hasBothClocks,
  onClear,
  onAdd,
}: {
  station: StationPublic;
  log: Log;
  /** The press whose row is to have the focus once it is drawn. */
  awaitedPress: string | null;
  hasFilters: boolean;
  hasBothClocks: boolean;
  onClear: () => void;
  onAdd: ((from?: string) => void) | null;
}) {
  // After the rows, which people came for.
  const { data: words } = useQuery({ ...buttonWordsQuery(station.id), enabled: log.data !== undefined });
  const [corrected, setCorrected] = useState<{ press: PressPublic; kind: CorrectionKind }>();
  const correct = useCallback((press: PressPublic, kind: CorrectionKind) => setCorrected({ press, kind }), []);

  if (log.isPending) return <RowsSkeleton rows={14} rowClassName="h-12 md:h-8" />;
  if (log.data === undefined) return <ErrorFace error={log.error} onRetry={() => void log.refetch()} />;
  const isEmpty = log.isComplete && !log.items.some(({ kind }) => kind === "press");
  return (
    <>
      {log.items.length > 0 || !log.isComplete ? (
        <LogTable
          station={station}
          log={log}
          awaitedPress={awaitedPress}
          colors={words?.colors}
          isFiltered={hasFilters}
          hasBothClocks={hasBothClocks}
          onCorrect={onAdd && correct}
          onAdd={onAdd}
        />
      ) : null}
      {isEmpty && <Empty hasFilters={hasFilters} onClear={onClear} />}
      {log.isError && <ErrorFace error={log.error} onRetry={() => void log.refetch()} />}
      {corrected && (
        <Suspense fallback={null}>
          <CorrectionDialog {...corrected} station={station} onClose={() => setCorrected(undefined)} />
        </Suspense>
      )}
    </>
  );
}

function Empty({ hasFilters, onClear }: { hasFilters: boolean; onClear: () => void }) {
  return hasFilters ? (
    <EmptyFace icon={SearchX} title={logTexts.noMatchTitle} description={logTexts.noMatchHint}>
      <Button variant="outline" onClick={onClear}>
        {logTexts.clearFilters}
      </Button>
    </EmptyFace>
  ) : (
    <EmptyFace icon={ScrollText} title={logTexts.emptyTitle} description={logTexts.emptyHint}>
      <Button asChild={true} variant="outline">
        <Link to="/buttons">{logTexts.emptyButtons}</Link>
      </Button>
    </EmptyFace>
  );
}

/** What the address opens above the log: a press, or the form for a missed play. */
function Overlays({ station, onRowMissing }: { station: StationPublic; onRowMissing: (pressId: string) => void }) {
  const { press, add, from } = useSearch({ from: "/_app/_station/log" });
  const navigate = useNavigate({ from: "/log" });
  const close = () =>
    void navigate({
      search: (search) => ({ ...search, press: undefined, add: undefined, from: undefined }),
      resetScroll: false,
    });
  return (
    <Suspense fallback={null}>
      {press && (
        <PressSheet key={press} station={station} pressId={press} onClose={close} onRowMissing={onRowMissing} />
      )}
      {add && canEdit(station) && <MissedPlayDialog station={station} from={from} onClose={close} />}
    </Suspense>
  );
}
