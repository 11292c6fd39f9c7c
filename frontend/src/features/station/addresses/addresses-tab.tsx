import { useQuery } from "@tanstack/react-query";
import { Link2Off } from "lucide-react";
import type { OldAddressKeysPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { formatDay, formatNumber } from "@/lib/format";
import { oldAddressesQuery } from "@/lib/old-addresses";
import { useStation } from "@/lib/station";
import { addressesTexts } from "@/texts/station";
import { AddressesTable } from "./addresses-table";

/** Keys whose decks have not heard that the server moved, and what to do about it. */
export function AddressesTab() {
  const station = useStation();
  const { data, error, refetch } = useQuery(oldAddressesQuery(station.id));
  return (
    <Card>
      <CardHeader>
        <div>
          <CardTitle>{addressesTexts.title}</CardTitle>
          {data && <CardDescription className="break-words">{sinceWhen(data, station.zone)}</CardDescription>}
        </div>
      </CardHeader>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton rows={4} />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : data.count === 0 ? (
        <EmptyFace icon={Link2Off} title={addressesTexts.empty} description={addressesTexts.emptyHint} />
      ) : (
        <Listed keys={data} />
      )}
    </Card>
  );
}

const sinceWhen = ({ public_url: url, changed_at: at }: OldAddressKeysPublic, zone: string): string =>
  at === null ? addressesTexts.always(url) : addressesTexts.hint(url, formatDay(at, zone));

function Listed({ keys }: { keys: OldAddressKeysPublic }) {
  return (
    <>
      <div className="rounded-md bg-muted px-4 py-3 text-sm">
        <h3 className="font-medium">{addressesTexts.todo}</h3>
        <ol className="mt-1 list-decimal space-y-0.5 pl-5">
          {addressesTexts.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
      <AddressesTable keys={keys.data} />
      {keys.count > keys.data.length && (
        <p className="text-sm text-muted-foreground">
          {addressesTexts.shown(formatNumber(keys.data.length), formatNumber(keys.count))}
        </p>
      )}
    </>
  );
}
