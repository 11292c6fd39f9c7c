import { useQuery } from "@tanstack/react-query";
import type { ButtonPublic, CorrectionPublic, PressPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { Badge } from "@/components/ui/badge";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { cn } from "@/lib/cn";
import { formatMoment } from "@/lib/format";
import { useStation } from "@/lib/station";
import { buttonTexts } from "@/texts/buttons";
import { pressTexts } from "@/texts/presses";
import { pressesOfButtonQuery } from "../queries/list-presses-of-button";

/** What was said about presses of the button after the fact. */
export function Corrections({ button }: { button: ButtonPublic }) {
  const { data, error, refetch } = useQuery(pressesOfButtonQuery(button.station_id, button.id));
  return (
    <Card>
      <CardHeader>
        <CardTitle>{buttonTexts.corrections}</CardTitle>
        <CardDescription>{buttonTexts.correctionsHint}</CardDescription>
      </CardHeader>
      {error !== null && data === undefined && <ErrorFace error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <RowsSkeleton rows={1} rowClassName="h-5" />}
      {data?.corrected.length === 0 && <p className="text-sm text-muted-foreground">{buttonTexts.noCorrections}</p>}
      {data !== undefined && data.corrected.length > 0 && (
        <ol className="flex max-h-96 flex-col divide-y overflow-y-auto text-sm">
          {data.corrected.map((press) => (
            <CorrectedPress key={press.id} press={press} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function CorrectedPress({ press }: { press: PressPublic }) {
  const { zone } = useStation();
  return (
    <li className="flex flex-col gap-1.5 py-3 first:pt-0 last:pb-0">
      <p className={cn("font-medium tabular-nums", press.status === "void" && "line-through")}>
        {buttonTexts.ofPress(formatMoment(press.pressed_at, zone))}
      </p>
      <ul className="flex flex-col gap-1.5">
        {press.corrections.map((correction) => (
          <Correction key={correction.seq} correction={correction} />
        ))}
      </ul>
    </li>
  );
}

function Correction({ correction }: { correction: CorrectionPublic }) {
  const { zone } = useStation();
  return (
    <li>
      <div className="flex flex-wrap items-center gap-x-2">
        <Badge variant="secondary">{pressTexts.correction[correction.kind]}</Badge>
        <span className="text-muted-foreground tabular-nums">
          {formatMoment(correction.created_at, zone)} {buttonTexts.by(correction.created_by.name)}
        </span>
      </div>
      <p className="mt-1 break-words whitespace-pre-line">{correction.text}</p>
    </li>
  );
}
