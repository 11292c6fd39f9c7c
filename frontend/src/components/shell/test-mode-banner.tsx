import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useNow } from "@/hooks/use-now";
import { decksKey, decksQuery } from "@/lib/decks";
import { formatMoment } from "@/lib/format";
import { useLive } from "@/lib/live";
import { useStation } from "@/lib/station";
import { shellTexts } from "@/texts/shell";

/** Says on every screen that presses of a deck do not count for now: who forgets that loses an evening's log. */
export function TestModeBanner() {
  const station = useStation();
  const queryClient = useQueryClient();
  const now = useNow(5_000);
  const { data: decks } = useQuery(decksQuery(station.id));
  useLive("deck", () => void queryClient.invalidateQueries({ queryKey: decksKey(station.id) }));

  const tested = (decks ?? []).flatMap((deck) =>
    deck.test_mode_until !== null && new Date(deck.test_mode_until) > now
      ? [{ name: deck.name, until: deck.test_mode_until }]
      : [],
  );
  const names = new Intl.ListFormat(undefined).format(tested.map((deck) => deck.name));
  const last = tested
    .map((deck) => deck.until)
    .sort()
    .at(-1);
  if (last === undefined) return null;
  return (
    <p
      role="status"
      className="flex items-center gap-2 bg-warning-wash px-4 py-2 text-sm font-medium text-warning sm:px-6 print:hidden"
    >
      <FlaskConical className="size-4 shrink-0" aria-hidden="true" />
      {shellTexts.testMode(names, formatMoment(last, station.zone))}
    </p>
  );
}
