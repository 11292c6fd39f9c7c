import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useId, useState } from "react";
import type { ButtonPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { oldAddressesQuery } from "@/lib/old-addresses";
import { keysTexts } from "@/texts/buttons";
import { pressKeysQuery } from "../queries/list-press-keys";
import { KeyRow } from "./key-row";
import { MakeKey } from "./make-key";

/** The press keys of a button: one for each deck, and what has become of them. For editors and owners. */
export function KeysPanel({ button }: { button: ButtonPublic }) {
  const [isWithRevoked, setWithRevoked] = useState(false);
  const checkboxId = useId();
  const { data, error, refetch } = useQuery({
    ...pressKeysQuery(button.station_id, button.id, { isWithRevoked }),
    placeholderData: (before) => before,
  });
  const { data: oldAddresses } = useQuery(oldAddressesQuery(button.station_id));

  if (error !== null && data === undefined) return <ErrorFace error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <RowsSkeleton rows={2} rowClassName="h-24" />;
  return (
    <div className="flex flex-col gap-4">
      {data.data.length === 0 ? (
        <EmptyFace icon={KeyRound} title={keysTexts.empty} description={keysTexts.emptyHint} className="py-6" />
      ) : (
        <ul className="flex flex-col divide-y rounded-md border">
          {data.data.map((key) => (
            <KeyRow
              key={key.id}
              pressKey={key}
              button={button}
              oldAddress={oldAddresses?.data.find(({ key_id }) => key_id === key.id)}
            />
          ))}
        </ul>
      )}
      <MakeKey button={button} />
      <div className="flex min-h-9 items-center gap-2">
        <Checkbox
          id={checkboxId}
          checked={isWithRevoked}
          onCheckedChange={(checked) => setWithRevoked(checked === true)}
        />
        <Label htmlFor={checkboxId} className="font-normal">
          {keysTexts.showRevoked}
        </Label>
      </div>
    </div>
  );
}
