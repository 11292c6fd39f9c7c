import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PartyPopper } from "lucide-react";
import type { ButtonPublic, PressPublic, StationPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { AppSteps } from "@/components/first-key/app-steps";
import { FirstKeyForm } from "@/components/first-key/first-key-form";
import { PressUrl } from "@/components/first-key/press-url";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { formatMoment } from "@/lib/format";
import { useLiveStatus } from "@/lib/live";
import { canEdit } from "@/lib/station";
import { pressTexts } from "@/texts/presses";
import { todayTexts } from "@/texts/today";
import { GuideStep } from "./guide-step";
import { firstButtonsQuery } from "./queries/list-first-buttons";

/**
 * Leads from an empty station to the first press. How far it has come follows from what the server has: the button, and
 * the press, which is seen as it arrives.
 */
export function Guide({
  station,
  presses,
  firstPress,
  onDone,
}: {
  station: StationPublic;
  presses: readonly PressPublic[];
  firstPress: PressPublic | null;
  onDone: () => void;
}) {
  const { data: found, error, refetch } = useQuery(firstButtonsQuery(station.id));
  return (
    <Card className="w-full max-w-3xl gap-6">
      <CardHeader>
        <div>
          <CardTitle className="text-lg">{todayTexts.guide}</CardTitle>
          <CardDescription className="text-pretty">{todayTexts.guideHint}</CardDescription>
        </div>
      </CardHeader>
      {found !== undefined ? (
        <Steps
          station={station}
          button={found.data[0] ?? null}
          wasPreviewed={presses.length > 0}
          firstPress={firstPress}
          onDone={onDone}
        />
      ) : error === null ? (
        <RowsSkeleton rows={5} rowClassName="h-16" />
      ) : (
        <ErrorFace error={error} onRetry={() => void refetch()} />
      )}
    </Card>
  );
}

function Steps({
  station,
  button,
  wasPreviewed,
  firstPress,
  onDone,
}: {
  station: StationPublic;
  button: ButtonPublic | null;
  wasPreviewed: boolean;
  firstPress: PressPublic | null;
  onDone: () => void;
}) {
  const isPressed = firstPress !== null;
  const isMade = button !== null || isPressed;
  // Whether a URL was copied and put on a key, nobody tells: the press shows all of it.
  const rest = { isDone: isPressed, isCurrent: isMade && !isPressed };
  return (
    <ol className="flex flex-col">
      <GuideStep number={1} title={todayTexts.stepMake} isDone={isMade} isCurrent={!isMade}>
        <MakeStep station={station} button={button} isDone={isMade} />
      </GuideStep>
      <GuideStep number={2} title={todayTexts.stepCopy} {...rest}>
        {!isPressed && <CopyStep station={station} button={button} />}
      </GuideStep>
      <GuideStep number={3} title={todayTexts.stepAction} {...rest}>
        {!isPressed && (
          <>
            <p className="mb-1">{todayTexts.stepActionHint}</p>
            <AppSteps />
          </>
        )}
      </GuideStep>
      <GuideStep number={4} title={todayTexts.stepPress} {...rest}>
        {!isPressed && <p>{wasPreviewed ? todayTexts.onlyPreview : todayTexts.stepPressHint}</p>}
      </GuideStep>
      <GuideStep number={5} title={todayTexts.stepRecord} {...rest} isLast={true}>
        <div role="status">
          {firstPress !== null && <OnTheRecord press={firstPress} zone={station.zone} onDone={onDone} />}
          {rest.isCurrent && <Waiting />}
        </div>
      </GuideStep>
    </ol>
  );
}

function MakeStep({
  station,
  button,
  isDone,
}: {
  station: StationPublic;
  button: ButtonPublic | null;
  isDone: boolean;
}) {
  if (button !== null) return <p>{todayTexts.stepMade(button.title)}</p>;
  if (isDone) return null;
  return canEdit(station) ? (
    <div className="flex flex-col gap-3 text-foreground">
      <p className="text-pretty text-muted-foreground">{todayTexts.stepMakeHint}</p>
      <FirstKeyForm station={station} submitLabel={todayTexts.makeButton} />
    </div>
  ) : (
    <p>{todayTexts.forEditors}</p>
  );
}

function CopyStep({ station, button }: { station: StationPublic; button: ButtonPublic | null }) {
  if (!canEdit(station)) return <p>{todayTexts.forEditors}</p>;
  if (button?.press_url == null) return <p>{todayTexts.stepCopyLater}</p>;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-pretty">{todayTexts.stepCopyHint}</p>
      <div className="text-foreground">
        <PressUrl url={button.press_url} />
      </div>
      <Button asChild={true} variant="link" size="sm" className="h-9 w-fit px-0">
        <Link to="/buttons/$buttonId" params={{ buttonId: button.id }}>
          {todayTexts.otherKeys}
        </Link>
      </Button>
    </div>
  );
}

function Waiting() {
  const isLive = useLiveStatus() === "live";
  return (
    <p className="flex items-center gap-2.5 text-pretty">
      {isLive && (
        <span className="relative flex size-2.5 shrink-0" aria-hidden="true">
          <span className="absolute inset-0 animate-ping rounded-full bg-primary/60" />
          <span className="size-2.5 rounded-full bg-primary" />
        </span>
      )}
      {isLive ? todayTexts.waiting : todayTexts.waitingOffline}
    </p>
  );
}

function OnTheRecord({ press, zone, onDone }: { press: PressPublic; zone: string; onDone: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg bg-accent p-4 text-accent-foreground transition-[opacity,transform] duration-700 starting:translate-y-1 starting:opacity-0">
      <PartyPopper className="size-6 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="text-base font-medium text-pretty">
          {todayTexts.recorded(press.button.title, formatMoment(press.pressed_at, zone))}
        </p>
        {press.status !== "counted" && <p>{todayTexts.recordedAs(pressTexts.status[press.status])}</p>}
      </div>
      <Button onClick={onDone}>{todayTexts.goOn}</Button>
    </div>
  );
}
