import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useNow } from "@/hooks/use-now";
import { decksQuery, useFollowDecks } from "@/lib/decks";
import { formatList, formatMoment } from "@/lib/format";
import { useStation } from "@/lib/station";
import { shellTexts } from "@/texts/shell";

/** Says on every screen that presses of a deck do not count for now: who forgets that loses an evening's log. */
export function TestModeBanner() {
  const station = useStation();
  const now = useNow(1_000);
  const { data: decks } = useQuery(decksQuery(station.id));
  useFollowDecks(station.id);

  const tested = (decks ?? []).flatMap((deck) =>
    deck.test_mode_until !== null && new Date(deck.test_mode_until) > now
      ? [{ name: deck.name, until: deck.test_mode_until }]
      : [],
  );
  const last = tested
    .map((deck) => deck.until)
    .sort()
    .at(-1);
  return (
    <div role="status" data-testid="test-mode" className="print:hidden">
      {last !== undefined && (
        <p className="flex items-center gap-2 bg-warning-wash px-4 py-2 text-sm font-medium text-warning sm:px-6">
          <FlaskConical className="size-4 shrink-0" aria-hidden="true" />
          <span className="min-w-0 flex-1 text-pretty">
            {shellTexts.testMode(formatList(tested.map((deck) => deck.name)), formatMoment(last, station.zone))}
          </span>
          <Link
            to="/station"
            search={{ tab: "decks" }}
            className="shrink-0 rounded-sm py-1.5 underline underline-offset-4 outline-none focus-visible:ring-2 focus-visible:ring-ring"
          >
            {shellTexts.showDecks}
          </Link>
        </p>
      )}
    </div>
  );
}
