import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, MessageSquarePlus, RotateCcw, SearchX } from "lucide-react";
import { useState } from "react";
import type { CorrectionKind, PressPublic, StationPublic } from "@/client";
import { CopyButton } from "@/components/copy-button";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { PressStatusBadge, PressTitle } from "@/components/press-status";
import { TypeDot } from "@/components/type-dot";
import { Button } from "@/components/ui/button";
import { Sheet, SheetContent, SheetDescription, SheetTitle } from "@/components/ui/sheet";
import { basePath } from "@/lib/base-path";
import { buttonWordsQuery } from "@/lib/button-words";
import { dayOf, formatMoment } from "@/lib/format";
import { reasonOf } from "@/lib/press-reason";
import { Problem } from "@/lib/problem";
import { canEdit } from "@/lib/station";
import { logTexts } from "@/texts/log";
import { statusCorrectionOf } from "./correction-actions";
import { CORRECTION_WORDS, CorrectionForm } from "./correction-form";
import { Corrections, PressFacts } from "./press-facts";
import { knownPress } from "./queries/cached-presses";
import { pressQuery } from "./queries/read-press";
import { focusRow } from "./row-focus";
import { NO_FILTERS } from "./search";

type Props = {
  station: StationPublic;
  pressId: string;
  onClose: () => void;
  /** Called when it has closed and there is no row to give the focus back to. */
  onRowMissing: (pressId: string) => void;
};

/** A press with all that is on the record about it, and what can be said about it. */
export function PressSheet({ station, pressId, onClose, onRowMissing }: Props) {
  return (
    <Sheet open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <SheetContent
        aria-describedby={undefined}
        onInteractOutside={(event) => {
          // While a reason is written, a click beside it would take that away.
          if (document.querySelector('[data-slot="sheet-content"] form') !== null) event.preventDefault();
        }}
        onCloseAutoFocus={(event) => {
          if (focusRow(pressId)) event.preventDefault();
          else onRowMissing(pressId);
        }}
      >
        <Detail station={station} pressId={pressId} />
      </SheetContent>
    </Sheet>
  );
}

function Detail({ station, pressId }: Pick<Props, "station" | "pressId">) {
  const queryClient = useQueryClient();
  const {
    data: press,
    error,
    refetch,
  } = useQuery({
    ...pressQuery(station.id, pressId),
    placeholderData: () => knownPress(queryClient, station.id, pressId),
  });
  if (press !== undefined) return <Shown station={station} press={press} />;
  return (
    <>
      <SheetTitle className="pr-8 text-lg font-semibold">{logTexts.press}</SheetTitle>
      {error === null ? (
        <RowsSkeleton rows={8} />
      ) : error instanceof Problem && error.status === 404 ? (
        <EmptyFace icon={SearchX} title={logTexts.goneTitle} description={logTexts.goneHint} />
      ) : (
        <ErrorFace error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

function Shown({ station, press }: { station: StationPublic; press: PressPublic }) {
  const reason = reasonOf(press);
  const { data: words } = useQuery(buttonWordsQuery(station.id));
  return (
    <>
      <header className="flex flex-col gap-2 pr-8">
        <SheetTitle className="flex items-baseline gap-2.5 text-lg leading-tight font-semibold">
          <TypeDot type={press.button.type} color={words?.colors.get(press.button.id)} className="self-center" />
          <PressTitle status={press.status}>{press.button.title}</PressTitle>
        </SheetTitle>
        <SheetDescription className="text-sm text-muted-foreground tabular-nums">
          {formatMoment(press.pressed_at, station.zone)}
        </SheetDescription>
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <PressStatusBadge status={press.status} />
          {reason && <span className="text-muted-foreground">{reason}</span>}
        </div>
      </header>
      {canEdit(station) && <Actions station={station} press={press} />}
      <PressFacts press={press} zone={station.zone} />
      <Corrections press={press} zone={station.zone} />
      <Ways station={station} press={press} />
    </>
  );
}

function Actions({ station, press }: { station: StationPublic; press: PressPublic }) {
  const [kind, setKind] = useState<CorrectionKind | null>(null);
  const statusKind = statusCorrectionOf(press);
  if (kind !== null) {
    return (
      <section className="flex flex-col gap-3 rounded-lg border p-4" aria-label={CORRECTION_WORDS[kind].title}>
        <div>
          <h3 className="font-medium">{CORRECTION_WORDS[kind].title}</h3>
          <p className="text-sm text-muted-foreground">{CORRECTION_WORDS[kind].hint}</p>
        </div>
        <CorrectionForm press={press} kind={kind} stationId={station.id} onDone={() => setKind(null)} />
      </section>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      {statusKind !== null && (
        <Button variant="outline" onClick={() => setKind(statusKind)}>
          {statusKind === "void" ? <Ban aria-hidden="true" /> : <RotateCcw aria-hidden="true" />}
          {CORRECTION_WORDS[statusKind].action}
        </Button>
      )}
      <Button variant="outline" onClick={() => setKind("note")}>
        <MessageSquarePlus aria-hidden="true" />
        {logTexts.addNote}
      </Button>
    </div>
  );
}

/** From here to what has to do with it. */
function Ways({ station, press }: { station: StationPublic; press: PressPublic }) {
  const day = dayOf(press.pressed_at, station.zone);
  const address = `${window.location.origin}${basePath}/log?station=${station.id}&press=${press.id}`;
  return (
    <footer className="flex flex-wrap gap-2 border-t pt-4">
      <Button asChild={true} variant="outline" size="sm" className="h-9">
        <Link to="/log" search={{ ...NO_FILTERS, start: day, end: day }}>
          {logTexts.showItsDay}
        </Link>
      </Button>
      <Button asChild={true} variant="outline" size="sm" className="h-9">
        <Link to="/log" search={{ ...NO_FILTERS, button_id: press.button.id }}>
          {logTexts.onlyThisButton}
        </Link>
      </Button>
      <Button asChild={true} variant="outline" size="sm" className="h-9">
        <Link to="/buttons/$buttonId" params={{ buttonId: press.button.id }}>
          {logTexts.openButton}
        </Link>
      </Button>
      <CopyButton text={address} label={logTexts.copyLink} className="size-9" />
    </footer>
  );
}
