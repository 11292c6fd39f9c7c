import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, RadioTower } from "lucide-react";
import { lazy, Suspense, useId, useState } from "react";
import type { StationPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";
import { useMaybeStation } from "@/lib/station";
import { settingsTexts } from "@/texts/settings";
import { tokensQuery } from "../queries/list-tokens";
import { ApiTokenRow } from "./api-token-row";
import { ShowMore } from "./show-more";

const CreateTokenDialog = lazy(async () => ({ default: (await import("./create-token-dialog")).CreateTokenDialog }));

/** The API tokens of the station that is shown. */
export function TokensTab() {
  const station = useMaybeStation();
  return station === null ? (
    <EmptyFace icon={RadioTower} title={settingsTexts.noStation} description={settingsTexts.noStationHint} />
  ) : (
    <StationTokens key={station.id} station={station} />
  );
}

function StationTokens({ station }: { station: StationPublic }) {
  const [withRevoked, setWithRevoked] = useState(false);
  const [isMaking, setMaking] = useState<boolean | null>(null);
  return (
    <Card>
      <CardHeader className="gap-y-3">
        <div className="min-w-0">
          <CardTitle>{settingsTexts.tokensTitle}</CardTitle>
          <CardDescription>{settingsTexts.tokensHint(station.name)}</CardDescription>
        </div>
        <Button onClick={() => setMaking(true)}>{settingsTexts.createToken}</Button>
      </CardHeader>
      <RevokedSwitch isOn={withRevoked} onChange={setWithRevoked} />
      <TokenList station={station} withRevoked={withRevoked} />
      {isMaking !== null && (
        <Suspense fallback={null}>
          <CreateTokenDialog station={station} isOpen={isMaking} onOpenChange={setMaking} />
        </Suspense>
      )}
    </Card>
  );
}

function RevokedSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  const id = useId();
  return (
    <div className="flex min-h-9 items-center gap-2">
      <Switch id={id} checked={isOn} onCheckedChange={onChange} />
      <Label htmlFor={id} className="font-normal text-muted-foreground">
        {settingsTexts.showRevoked}
      </Label>
    </div>
  );
}

function TokenList({ station, withRevoked }: { station: StationPublic; withRevoked: boolean }) {
  const { data, error, refetch, ...more } = useInfiniteQuery(tokensQuery(station.id, { withRevoked }));
  if (data === undefined) {
    if (error !== null) return <ErrorFace error={error} onRetry={() => void refetch()} />;
    return <RowsSkeleton rows={2} rowClassName="h-20" />;
  }
  const tokens = data.pages.flatMap((page) => page.data);
  if (tokens.length === 0) {
    return <EmptyFace icon={KeyRound} title={settingsTexts.noTokens} description={settingsTexts.noTokensHint} />;
  }
  return (
    <>
      <ul className="divide-y">
        {tokens.map((token) => (
          <ApiTokenRow key={token.id} token={token} station={station} />
        ))}
      </ul>
      <ShowMore {...more} rest={(data.pages.at(-1)?.count ?? 0) - tokens.length} />
    </>
  );
}
