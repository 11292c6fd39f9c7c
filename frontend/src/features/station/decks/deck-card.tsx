import { Link } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { DeckPublic } from "@/client";
import { Ago } from "@/components/ago";
import { RowActions } from "@/components/row-actions";
import { Badge } from "@/components/ui/badge";
import { useNow } from "@/hooks/use-now";
import { type DeckState, stateOf } from "@/lib/deck-state";
import { formatDuration, formatMoment, formatNumber } from "@/lib/format";
import { canEdit, useStation } from "@/lib/station";
import { decksTexts } from "@/texts/station";
import { DeckDialog } from "./deck-dialog";
import { DeleteDeckDialog } from "./delete-deck-dialog";
import { TestModeMenu } from "./test-mode-menu";
import { usualHoursInWords } from "./usual-hours";

const VARIANTS = {
  test: "warning",
  quiet: "destructive",
  unreachable: "destructive",
  heard: "default",
  never: "secondary",
} as const;
const HOUR_S = 3_600;

/** One deck: its state, and what is done with it. */
export function DeckCard({ deck }: { deck: DeckPublic }) {
  const station = useStation();
  const state = stateOf(deck, useNow(5_000));
  return (
    <li className="flex flex-col gap-3 rounded-lg border bg-card p-4 sm:p-5" aria-labelledby={`deck-${deck.id}`}>
      <div className="flex items-start justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5 pt-1">
          <h3 id={`deck-${deck.id}`} className="min-w-0 font-semibold break-words">
            {deck.name}
          </h3>
          <Badge variant={VARIANTS[state]}>{decksTexts.states[state]}</Badge>
        </div>
        {canEdit(station) && <Actions deck={deck} isInTestMode={state === "test"} />}
      </div>
      <Warning deck={deck} state={state} />
      <Facts deck={deck} />
    </li>
  );
}

function Actions({ deck, isInTestMode }: { deck: DeckPublic; isInTestMode: boolean }) {
  const [opened, setOpened] = useState<"rename" | "delete" | null>(null);
  const wasNeverUsed = deck.key_count === 0 && deck.last_heard_at === null;
  return (
    <div className="flex shrink-0 items-center gap-1">
      <TestModeMenu deck={deck} isOn={isInTestMode} />
      <RowActions
        label={decksTexts.actions(deck.name)}
        actions={[
          { label: decksTexts.rename, icon: Pencil, onSelect: () => setOpened("rename") },
          ...(wasNeverUsed
            ? [{ label: decksTexts.delete, icon: Trash2, onSelect: () => setOpened("delete"), isDestructive: true }]
            : []),
        ]}
      />
      {opened === "rename" && <DeckDialog deck={deck} onClose={() => setOpened(null)} />}
      {opened === "delete" && <DeleteDeckDialog deck={deck} onClose={() => setOpened(null)} />}
    </div>
  );
}

function Warning({ deck, state }: { deck: DeckPublic; state: DeckState }) {
  const { zone } = useStation();
  if (state === "test" && deck.test_mode_until !== null) {
    return (
      <p className="rounded-md bg-warning-wash px-3 py-2 text-sm text-warning">
        {decksTexts.testUntil(formatMoment(deck.test_mode_until, zone))}
      </p>
    );
  }
  const why = whyNot(deck, state);
  if (why === null) return null;
  return <p className="rounded-md bg-destructive-wash px-3 py-2 text-sm text-destructive">{why}</p>;
}

/** Why nothing comes from a deck, as far as that is known. */
function whyNot(deck: DeckPublic, state: DeckState): string | null {
  if (state === "unreachable") return deck.key_count === 0 ? decksTexts.noKeyWorks : decksTexts.longSilent;
  return state === "quiet" ? decksTexts.quietFor(formatDuration(deck.silent_usual_hours * HOUR_S)) : null;
}

function Facts({ deck }: { deck: DeckPublic }) {
  const station = useStation();
  return (
    <dl className="grid grid-cols-1 gap-x-8 gap-y-3 text-sm sm:grid-cols-[10rem_minmax(0,1fr)_10rem]">
      <Fact name={decksTexts.lastHeard}>
        {deck.last_heard_at === null ? (
          decksTexts.never
        ) : (
          <Ago instant={deck.last_heard_at} zone={station.zone} className="tabular-nums" />
        )}
      </Fact>
      <Fact name={decksTexts.usual}>
        <UsualHours usualHours={deck.usual_hours} />
      </Fact>
      <Fact name={decksTexts.keys}>
        {deck.key_count > 0 ? (
          <span className="tabular-nums">{decksTexts.keyCount(formatNumber(deck.key_count))}</span>
        ) : canEdit(station) ? (
          <Link
            to="/buttons"
            className="rounded-sm text-primary underline-offset-4 outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
          >
            {decksTexts.makeKeys}
          </Link>
        ) : (
          decksTexts.noKeys
        )}
      </Fact>
    </dl>
  );
}

function UsualHours({ usualHours }: { usualHours: readonly (readonly number[])[] }) {
  const lines = usualHoursInWords(usualHours);
  if (lines.length === 0) return <span className="text-muted-foreground">{decksTexts.notKnown}</span>;
  return (
    <ul>
      {lines.map(({ days, hours }) => (
        <li key={days}>
          <span className="font-medium">{days}</span> <span className="tabular-nums">{hours}</span>
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
