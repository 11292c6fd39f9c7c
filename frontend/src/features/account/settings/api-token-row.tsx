import { useState } from "react";
import type { ApiTokenPublic, StationPublic } from "@/client";
import { LazyConfirmDialog } from "@/components/lazy-confirm-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { useNow } from "@/hooks/use-now";
import { formatAgo, formatDay, formatMoment } from "@/lib/format";
import { settingsTexts } from "@/texts/settings";
import { useRevokeToken } from "../queries/revoke-token";

/** A token as it is known by: its name, how it begins, what it opens, and whether it is used. */
export function ApiTokenRow({ token, station }: { token: ApiTokenPublic; station: StationPublic }) {
  const now = useNow();
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0" data-testid="api-token">
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm font-medium">
          <span className="min-w-0 break-words">{token.name}</span>
          <code className="text-xs font-normal text-muted-foreground">{`${token.prefix}…`}</code>
          <TokenState token={token} now={now} />
        </p>
        <p className="flex flex-wrap gap-1">
          {token.scopes.map((scope) => (
            <Badge key={scope} variant="secondary" title={settingsTexts.scopeHints[scope]}>
              {scope}
            </Badge>
          ))}
        </p>
        <Dates token={token} station={station} now={now} />
      </div>
      {token.revoked_at === null && <RevokeButton token={token} station={station} />}
    </li>
  );
}

function TokenState({ token, now }: { token: ApiTokenPublic; now: Date }) {
  if (token.revoked_at !== null) return <Badge variant="outline">{settingsTexts.revoked}</Badge>;
  const isOver = token.expires_at !== null && new Date(token.expires_at) <= now;
  return isOver && <Badge variant="warning">{settingsTexts.ended}</Badge>;
}

function Dates({ token, station, now }: { token: ApiTokenPublic; station: StationPublic; now: Date }) {
  const { created_at: createdAt, last_used_at: usedAt, expires_at: expiresAt } = token;
  const ago = (instant: string, text: (ago: string) => string) => (
    <time dateTime={instant} title={formatMoment(instant, station.zone)}>
      {text(formatAgo(instant, now))}
    </time>
  );
  return (
    <p className="text-sm text-muted-foreground">
      {ago(createdAt, settingsTexts.made)} {settingsTexts.madeBy(token.made_by.name)}
      {" · "}
      {usedAt === null ? settingsTexts.neverUsed : ago(usedAt, settingsTexts.lastUsed)}
      {" · "}
      {expiresAt === null ? (
        settingsTexts.neverEnds
      ) : (
        <time dateTime={expiresAt} title={formatMoment(expiresAt, station.zone)}>
          {settingsTexts.endsOn(formatDay(expiresAt, station.zone))}
        </time>
      )}
    </p>
  );
}

function RevokeButton({ token, station }: { token: ApiTokenPublic; station: StationPublic }) {
  const revoke = useRevokeToken(station.id);
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button variant="outline" aria-label={settingsTexts.revokeNamed(token.name)} onClick={() => setAsking(true)}>
        {settingsTexts.revoke}
      </Button>
      <LazyConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={settingsTexts.revokeTitle(token.name)}
        description={settingsTexts.revokeHint}
        confirmLabel={settingsTexts.revoke}
        onConfirm={() => revoke.mutateAsync(token.id)}
      />
    </>
  );
}
