import { Link } from "@tanstack/react-router";
import type { ButtonPublic, StationPublic } from "@/client";
import { AppSteps } from "@/components/first-key/app-steps";
import { PressUrl } from "@/components/first-key/press-url";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { accountTexts } from "@/texts/account";
import { setupTexts } from "@/texts/setup";
import { PressOutcome } from "./press-outcome";
import { useWatchedKey } from "./use-watched-key";

/** The press URL, how it comes onto a deck, and whether its first press has arrived. */
export function DeckStep({
  station,
  made,
  isFirst,
  onAgain,
}: {
  station: StationPublic;
  made: ButtonPublic;
  isFirst: boolean;
  onAgain: () => void;
}) {
  const watched = useWatchedKey(made);
  const isRecorded = watched.button.usage_count > 0;
  return (
    <PublicPage
      title={setupTexts.deckTitle}
      eyebrow={isFirst && setupTexts.step(3)}
      description={setupTexts.deckHint(made.title)}
      isWide={true}
    >
      <PressUrl url={made.press_url ?? ""} />
      <section className="flex flex-col gap-2">
        <h2 className="text-base font-semibold">{setupTexts.inTheApp}</h2>
        <AppSteps last={setupTexts.pressIt} />
      </section>
      <PressOutcome station={station} {...watched} />
      <div className="flex flex-wrap gap-2">
        <Button asChild={true} variant={isRecorded ? "default" : "outline"}>
          <Link to="/" search={{ station: station.id }}>
            {isRecorded ? accountTexts.goToday : setupTexts.later}
          </Link>
        </Button>
        {isRecorded && (
          <Button variant="outline" onClick={onAgain}>
            {setupTexts.another}
          </Button>
        )}
      </div>
    </PublicPage>
  );
}
