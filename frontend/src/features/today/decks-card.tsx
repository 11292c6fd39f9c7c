import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity, CircleSlash, FlaskConical, type LucideIcon, Moon, Unplug } from "lucide-react";
import { memo } from "react";
import type { DeckPublic } from "@/client";
import { Ago } from "@/components/ago";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { useNow } from "@/hooks/use-now";
import { type DeckState, groupWeekdays, spansOf, stateOf } from "@/lib/deck-state";
import { decksQuery } from "@/lib/decks";
import { formatClock, formatHour, formatList, weekdayNames } from "@/lib/format";
import { todayTexts } from "@/texts/today";

const FACES: Record<DeckState, { icon: LucideIcon; variant: "default" | "secondary" | "warning" | "destructive" }> = {
  heard: { icon: Activity, variant: "default" },
  quiet: { icon: Moon, variant: "warning" },
  unreachable: { icon: Unplug, variant: "destructive" },
  never: { icon: CircleSlash, variant: "secondary" },
  test: { icon: FlaskConical, variant: "warning" },
};

/** Each deck: whether presses come from it, and when they usually do. */
export const DecksCard = memo(function DecksCard({ stationId, zone }: { stationId: string; zone: string }) {
  const { data: decks, error, refetch } = useQuery(decksQuery(stationId));
  return (
    <Card>
      <CardHeader>
        <CardTitle>{todayTexts.decks}</CardTitle>
        <Button asChild={true} variant="link" size="sm" className="-my-1 h-8 px-1 max-sm:h-9">
          <Link to="/station" search={{ tab: "decks" }}>
            {todayTexts.manageDecks}
          </Link>
        </Button>
      </CardHeader>
      {decks === undefined ? (
        error === null ? (
          <RowsSkeleton rows={2} rowClassName="h-20" />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} className="py-4" />
        )
      ) : decks.length === 0 ? (
        <div className="text-sm">
          <p className="font-medium">{todayTexts.noDecks}</p>
          <p className="mt-1 text-pretty text-muted-foreground">{todayTexts.noDecksHint}</p>
        </div>
      ) : (
        <ul className="divide-y">
          {decks.map((deck) => (
            <Deck key={deck.id} deck={deck} zone={zone} />
          ))}
        </ul>
      )}
    </Card>
  );
});

function Deck({ deck, zone }: { deck: DeckPublic; zone: string }) {
  const now = useNow(5_000);
  const state = stateOf(deck, now);
  const { icon: Icon, variant } = FACES[state];
  const why = reasonOf(deck, state, zone);
  return (
    <li data-testid="deck" data-state={state} className="py-3 text-sm first:pt-0 last:pb-0">
      <div className="flex items-center justify-between gap-3">
        <p className="min-w-0 truncate font-medium">{deck.name}</p>
        <Badge variant={variant}>
          <Icon aria-hidden="true" />
          {todayTexts.deckState[state]}
        </Badge>
      </div>
      {deck.last_heard_at !== null && (
        <p className="mt-1 text-muted-foreground">
          {todayTexts.lastHeard} <Ago instant={deck.last_heard_at} zone={zone} />
        </p>
      )}
      {why !== null && <p className="mt-1 text-pretty">{why}</p>}
      <UsualHours usualHours={deck.usual_hours} />
    </li>
  );
}

function reasonOf(deck: DeckPublic, state: DeckState, zone: string): string | null {
  switch (state) {
    case "test":
      return todayTexts.testUntil(deck.test_mode_until === null ? "" : formatClock(deck.test_mode_until, zone));
    case "unreachable":
      return deck.key_count === 0 ? todayTexts.noKey : todayTexts.longSilent;
    case "never":
      return todayTexts.neverHeard;
    case "quiet":
      return todayTexts.silentHours(deck.silent_usual_hours);
    case "heard":
      return null;
  }
}

/** Opened by who wonders why a deck is, or is not, said to be quiet; works by touch and keyboard, unlike a tooltip. */
function UsualHours({ usualHours }: { usualHours: readonly (readonly number[])[] }) {
  const groups = groupWeekdays(usualHours);
  if (groups.length === 0) return null;
  const names = weekdayNames();
  return (
    <details className="group mt-1">
      <summary className="-my-1 flex min-h-9 w-fit cursor-pointer items-center rounded-sm text-muted-foreground underline decoration-dotted underline-offset-4 outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring sm:min-h-7">
        {todayTexts.usualHours}
      </summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-muted-foreground tabular-nums">
        {groups.map(({ first, last, hours }) => (
          <div key={first} className="contents">
            <dt>{first === last ? names[first] : todayTexts.daySpan(names[first] ?? "", names[last] ?? "")}</dt>
            <dd>
              {formatList(
                spansOf(hours).map(({ start, end }) => todayTexts.hourSpan(formatHour(start), formatHour(end % 24))),
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
