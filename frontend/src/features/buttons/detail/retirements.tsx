import { useQuery } from "@tanstack/react-query";
import type { ButtonPublic, ButtonRetirementPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { Card, CardTitle } from "@/components/ui/card";
import { formatMoment } from "@/lib/format";
import { useStation } from "@/lib/station";
import { buttonTexts } from "@/texts/buttons";
import { retirementsQuery } from "../queries/list-retirements";
import { useNames } from "./use-names";

/** When the button was retired, by whom, and until when. */
export function Retirements({ button }: { button: ButtonPublic }) {
  const { data, error, refetch } = useQuery(retirementsQuery(button.station_id, button.id));
  return (
    <Card>
      <CardTitle>{buttonTexts.retirements}</CardTitle>
      {error !== null && data === undefined && <ErrorFace error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <RowsSkeleton rows={1} rowClassName="h-5" />}
      {data?.count === 0 && <p className="text-sm text-muted-foreground">{buttonTexts.neverRetired}</p>}
      {data !== undefined && data.count > 0 && (
        <ol className="flex flex-col divide-y text-sm">
          {data.data.map((retirement) => (
            <Retirement key={retirement.retired_at} retirement={retirement} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Retirement({ retirement }: { retirement: ButtonRetirementPublic }) {
  const { retired_at, retired_by, unretired_at, unretired_by } = retirement;
  return (
    <li className="flex flex-col gap-1 py-2 first:pt-0 last:pb-0">
      <Step label={buttonTexts.retiredFrom} instant={retired_at} userId={retired_by} />
      {unretired_at === null ? (
        <p className="text-muted-foreground">{buttonTexts.untilNow}</p>
      ) : (
        <Step label={buttonTexts.backInUse} instant={unretired_at} userId={unretired_by} />
      )}
    </li>
  );
}

function Step({ label, instant, userId }: { label: string; instant: string; userId: string | null }) {
  const { zone } = useStation();
  const name = useNames()(userId);
  return (
    <p>
      <span className="font-medium">{label}</span>{" "}
      <span className="text-muted-foreground tabular-nums">
        {formatMoment(instant, zone)}
        {name !== null && ` ${buttonTexts.by(name)}`}
      </span>
    </p>
  );
}
