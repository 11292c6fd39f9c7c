import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { CircleAlert, Compass, type LucideIcon, RadioTower, RefreshCw, WifiOff } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { utilsHealthCheck } from "@/client";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageTitle } from "@/hooks/use-page-title";
import { isMissingChunk } from "@/lib/missing-chunk";
import { messageOf, Problem } from "@/lib/problem";
import { useHeadingFocus } from "@/lib/route-focus";
import { commonTexts } from "@/texts/common";
import { shellTexts } from "@/texts/shell";

const LOOK_EVERY_MS = 4_000;

/** While a screen is fetched. */
export function PendingScreen() {
  return (
    <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-4">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

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
  if (error instanceof Problem && error.status === 0) return <UnreachableScreen />;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Notice
      icon={CircleAlert}
      title={shellTexts.crashed}
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

/** The server was updated, and what this page still knows by its old name is gone; or there is no network. */
function MissingChunkScreen() {
  return (
    <Notice
      icon={RefreshCw}
      title={navigator.onLine ? shellTexts.oldVersion : shellTexts.noNetwork}
      action={<Button onClick={() => window.location.reload()}>{shellTexts.reload}</Button>}
    >
      {navigator.onLine ? shellTexts.oldVersionHint : shellTexts.notFetched}
    </Notice>
  );
}

/** Where the server does not answer, as when the page was opened without a network. Goes on as soon as it does. */
function UnreachableScreen() {
  const router = useRouter();
  const goOn = () => void router.invalidate();
  useEffect(() => {
    const look = () => {
      utilsHealthCheck().then(
        () => router.invalidate(),
        () => undefined,
      );
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    window.addEventListener("online", look);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", look);
    };
  }, [router]);
  const hasNetwork = navigator.onLine;
  return (
    <Notice
      icon={WifiOff}
      title={hasNetwork ? shellTexts.serverAway : shellTexts.noNetwork}
      action={
        <Button variant="outline" onClick={goOn}>
          {shellTexts.tryNow}
        </Button>
      }
    >
      {hasNetwork ? shellTexts.serverAwayHint : shellTexts.noNetworkHint}
    </Notice>
  );
}

/** In place of a screen that does not exist. */
export function NotFoundScreen() {
  return (
    <Notice
      icon={Compass}
      title={shellTexts.notFound}
      action={
        <Button asChild={true}>
          <Link to="/">{shellTexts.goToday}</Link>
        </Button>
      }
    >
      {shellTexts.notFoundHint}
    </Notice>
  );
}

/** In place of what is about a station, for a user who has none. */
export function NoStationScreen() {
  return (
    <Notice icon={RadioTower} title={shellTexts.noStation}>
      {shellTexts.noStationHint}
    </Notice>
  );
}
