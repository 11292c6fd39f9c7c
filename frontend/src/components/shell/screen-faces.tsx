import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { CircleAlert, Compass, type LucideIcon, RadioTower, RefreshCw, WifiOff } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { utilsHealthCheck } from "@/client";
import { Button } from "@/components/ui/button";
import { usePageTitle } from "@/hooks/use-page-title";
import { isMissingChunk } from "@/lib/missing-chunk";
import { messageOf, Problem } from "@/lib/problem";
import { useHeadingFocus } from "@/lib/route-focus";
import { commonTexts } from "@/texts/common";
import { faceTexts } from "@/texts/faces";

const LOOK_EVERY_MS = 4_000;

const reload = (): void => window.location.reload();

/** What stands in place of a screen: a heading, a sentence and a way on. */
function Notice({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  usePageTitle(title);
  const heading = useHeadingFocus();
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 py-16 text-center">
      <Icon className="size-8 text-muted-foreground" aria-hidden="true" />
      <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
        {title}
      </h1>
      {children && <p className="text-sm text-pretty text-muted-foreground">{children}</p>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** In place of a screen that failed. */
export function CrashedScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (isMissingChunk(error)) return <MissingChunkScreen />;
  if (error instanceof Problem && error.status === 0) return <UnreachableScreen onAnswer={router.invalidate} />;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Notice
      icon={CircleAlert}
      title={faceTexts.crashed}
      action={
        <Button variant="outline" onClick={retry}>
          {commonTexts.retry}
        </Button>
      }
    >
      <span role="alert">{messageOf(error)}</span>
    </Notice>
  );
}

/** The server was updated, and what this page still knows by its old name is gone; or the server is away just now. */
function MissingChunkScreen() {
  const [isAway, setAway] = useState(!navigator.onLine);
  useEffect(() => {
    utilsHealthCheck().catch(() => setAway(true));
  }, []);
  // A reload before it is back would leave nothing of the page.
  if (isAway) return <UnreachableScreen onAnswer={reload} />;
  return (
    <Notice icon={RefreshCw} title={faceTexts.oldVersion} action={<Button onClick={reload}>{faceTexts.reload}</Button>}>
      {faceTexts.oldVersionHint}
    </Notice>
  );
}

/** Where the server does not answer, as when the page was opened without a network. Goes on as soon as it does. */
function UnreachableScreen({ onAnswer }: { onAnswer: () => unknown }) {
  const look = useCallback(() => {
    utilsHealthCheck().then(
      () => onAnswer(),
      () => undefined,
    );
  }, [onAnswer]);
  useEffect(() => {
    const timer = setInterval(look, LOOK_EVERY_MS);
    window.addEventListener("online", look);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", look);
    };
  }, [look]);
  const hasNetwork = navigator.onLine;
  return (
    <Notice
      icon={WifiOff}
      title={hasNetwork ? faceTexts.serverAway : faceTexts.noNetwork}
      action={
        <Button variant="outline" onClick={look}>
          {faceTexts.tryNow}
        </Button>
      }
    >
      {hasNetwork ? faceTexts.serverAwayHint : faceTexts.noNetworkHint}
    </Notice>
  );
}

/** In place of a screen that does not exist. */
export function NotFoundScreen() {
  return (
    <Notice
      icon={Compass}
      title={faceTexts.notFound}
      action={
        <Button asChild={true}>
          <Link to="/">{faceTexts.goToday}</Link>
        </Button>
      }
    >
      {faceTexts.notFoundHint}
    </Notice>
  );
}

/** In place of what is about a station, for a user who has none. */
export function NoStationScreen() {
  return (
    <Notice icon={RadioTower} title={faceTexts.noStation}>
      {commonTexts.welcome} {faceTexts.noStationHint}
    </Notice>
  );
}
