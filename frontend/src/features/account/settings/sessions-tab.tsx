import { useInfiniteQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import type { SessionPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { LazyConfirmDialog } from "@/components/lazy-confirm-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { useNow } from "@/hooks/use-now";
import { formatAgo, formatDay, formatMoment, ownZone } from "@/lib/format";
import { settingsTexts } from "@/texts/settings";
import { useEndOtherSessions } from "../queries/end-other-sessions";
import { useEndSession } from "../queries/end-session";
import { sessionsQuery } from "../queries/list-sessions";
import { ShowMore } from "./show-more";
import { readUserAgent } from "./user-agent";

/** Where the user is logged in, and how to end that. */
export function SessionsTab() {
  const { data, error, refetch, ...more } = useInfiniteQuery(sessionsQuery());
  const sessions = data?.pages.flatMap((page) => page.data) ?? [];
  const count = data?.pages.at(-1)?.count ?? 0;
  return (
    <Card>
      <CardHeader className="gap-y-3">
        <div className="min-w-0">
          <CardTitle>{settingsTexts.sessionsTitle}</CardTitle>
          <CardDescription>{settingsTexts.sessionsHint}</CardDescription>
        </div>
        {count > 1 && <EndOthers />}
      </CardHeader>
      {error !== null && <ErrorFace error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <RowsSkeleton rows={2} rowClassName="h-16" />}
      {data !== undefined && (
        <ul className="divide-y">
          {sessions.map((session) => (
            <Session key={session.id} session={session} />
          ))}
        </ul>
      )}
      <ShowMore {...more} rest={count - sessions.length} />
    </Card>
  );
}

function Session({ session }: { session: SessionPublic }) {
  const now = useNow();
  const endSession = useEndSession();
  const zone = ownZone();
  const name = nameOf(session);
  return (
    <li className="flex items-center gap-3 py-3 first:pt-0 last:pb-0" data-testid="session">
      <MonitorSmartphone className="size-5 shrink-0 text-muted-foreground" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm font-medium">
          <span className="min-w-0 break-words" title={session.user_agent ?? undefined}>
            {name}
          </span>
          {session.is_current && <Badge>{settingsTexts.thisBrowser}</Badge>}
        </p>
        <p className="text-sm text-muted-foreground">
          <time dateTime={session.created_at} title={formatMoment(session.created_at, zone)}>
            {settingsTexts.loggedIn(formatAgo(session.created_at, now))}
          </time>
          {" · "}
          <time dateTime={session.expires_at} title={formatMoment(session.expires_at, zone)}>
            {settingsTexts.endsOn(formatDay(session.expires_at, zone))}
          </time>
        </p>
      </div>
      {!session.is_current && (
        <Button
          variant="outline"
          aria-label={settingsTexts.endSessionOf(name)}
          onClick={() => endSession.mutate(session.id)}
        >
          {settingsTexts.endSession}
        </Button>
      )}
    </li>
  );
}

function nameOf({ user_agent: userAgent }: SessionPublic): string {
  if (userAgent === null || userAgent.trim() === "") return settingsTexts.unknownProgram;
  const { program, system } = readUserAgent(userAgent);
  return system === undefined ? program : settingsTexts.browserOn(program, system);
}

function EndOthers() {
  const endOthers = useEndOtherSessions();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button variant="outline" onClick={() => setAsking(true)}>
        {settingsTexts.endOthers}
      </Button>
      <LazyConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`${settingsTexts.endOthers}?`}
        description={settingsTexts.endOthersHint}
        confirmLabel={settingsTexts.endSession}
        onConfirm={endOthers.mutateAsync}
      />
    </>
  );
}
