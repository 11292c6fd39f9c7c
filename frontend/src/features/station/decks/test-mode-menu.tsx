import { FlaskConical } from "lucide-react";
import type { DeckPublic } from "@/client";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { addDays, dayOf, formatMoment } from "@/lib/format";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { startOfDay } from "@/lib/zone-time";
import { commonTexts } from "@/texts/common";
import { decksTexts } from "@/texts/station";
import { useSetTestMode } from "../queries/set-test-mode";

const MINUTE_MS = 60_000;
// The server takes no more, and a day on which clocks are set back is longer.
const LONGEST_MS = 24 * 60 * MINUTE_MS - 5_000;

const inMinutes = (minutes: number) => () => new Date(Date.now() + minutes * MINUTE_MS);

function tonight(zone: string): Date {
  const midnight = startOfDay(addDays(dayOf(new Date(), zone), 1), zone);
  return new Date(Math.min(midnight.getTime(), Date.now() + LONGEST_MS));
}

/** Puts a deck into test mode for a while, or has it count again. */
export function TestModeMenu({ deck, isOn }: { deck: DeckPublic; isOn: boolean }) {
  const station = useStation();
  const { mutate } = useSetTestMode(station.id);
  const start = (until: string) =>
    mutate(
      { deckId: deck.id, until },
      { onSuccess: () => notify.success(decksTexts.testStarted(deck.name, formatMoment(until, station.zone))) },
    );
  const end = () => {
    const until = deck.test_mode_until;
    mutate(
      { deckId: deck.id, until: null },
      {
        onSuccess: () =>
          notify.success(decksTexts.testEnded(deck.name), {
            ...(until !== null && { action: { label: commonTexts.undo, onClick: () => start(until) } }),
          }),
      },
    );
  };
  if (isOn) {
    return (
      <Button variant="outline" size="sm" className="h-9" onClick={end}>
        {decksTexts.endTest}
      </Button>
    );
  }
  const presets = [
    [decksTexts.presets.quarter, inMinutes(15)],
    [decksTexts.presets.hour, inMinutes(60)],
    [decksTexts.presets.tonight, () => tonight(station.zone)],
  ] as const;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button variant="outline" size="sm" className="h-9" aria-label={decksTexts.testModeFor(deck.name)}>
          <FlaskConical aria-hidden="true" />
          {decksTexts.testMode}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-64">
        <DropdownMenuLabel>{decksTexts.testModeHint}</DropdownMenuLabel>
        {presets.map(([label, until]) => (
          <DropdownMenuItem key={label} onSelect={() => start(until().toISOString())}>
            {label}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
