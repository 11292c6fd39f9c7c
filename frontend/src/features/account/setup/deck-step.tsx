import { Link } from "@tanstack/react-router";
import { Info } from "lucide-react";
import { Fragment } from "react";
import type { ButtonPublic, StationPublic } from "@/client";
import { CopyField } from "@/components/copy-field";
import { PublicPage } from "@/components/public-page";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { isLoopback } from "@/lib/loopback";
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
        <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm marker:text-muted-foreground">
          {setupTexts.appSteps.map((step) => (
            <li key={step}>
              <AppStep step={step} />
            </li>
          ))}
        </ol>
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

function PressUrl({ url }: { url: string }) {
  return (
    <div className="flex flex-col gap-3">
      <CopyField label={setupTexts.pressUrl} hint={setupTexts.pressUrlHint} text={url} testId="press-url" />
      {isLoopback(url) && (
        <Alert data-testid="loopback">
          <Info aria-hidden="true" />
          <p>
            {setupTexts.loopback} <code className="whitespace-nowrap">{setupTexts.loopbackOption}</code>
            {setupTexts.loopbackAsIn} <code className="whitespace-nowrap">{setupTexts.loopbackCommand}</code>
            {setupTexts.end}
          </p>
        </Alert>
      )}
    </div>
  );
}

/** A sentence in which the names that the app shows are bold. */
function AppStep({ step }: { step: string }) {
  return step.split("**").map((part, index) => {
    // Every other part stood between the marks.
    const key = `${index}-${part}`;
    return index % 2 === 1 ? (
      <b key={key} className="font-semibold">
        {part}
      </b>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    );
  });
}
