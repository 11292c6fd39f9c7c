import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ButtonPublic, ButtonVersionPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { formatDuration, formatMoment } from "@/lib/format";
import { useStation } from "@/lib/station";
import { typeName } from "@/lib/type-name";
import { buttonTexts } from "@/texts/buttons";
import { versionsQuery } from "../queries/list-versions";
import { useNames } from "./use-names";

const SHOWN_AT_FIRST = 5;

const FIELDS = ["title", "type", "description", "duration", "source"] as const;
type Field = (typeof FIELDS)[number];

function textOf(version: ButtonVersionPublic, field: Field): string {
  if (field === "duration")
    return version.duration === null ? buttonTexts.emptyValue : formatDuration(version.duration);
  if (field === "type") return typeName(version.type);
  return version[field] ?? buttonTexts.emptyValue;
}

/** What the button said, newest first, and what each version changed. */
export function Versions({ button }: { button: ButtonPublic }) {
  const { data, error, refetch } = useQuery(versionsQuery(button.station_id, button.id));
  const [isWhole, setWhole] = useState(false);
  const versions = data?.data ?? [];
  const shown = isWhole ? versions : versions.slice(0, SHOWN_AT_FIRST);
  return (
    <Card>
      <CardTitle>{buttonTexts.versions}</CardTitle>
      {error !== null && data === undefined && <ErrorFace error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <RowsSkeleton rows={2} rowClassName="h-12" />}
      <ol className="flex flex-col divide-y">
        {shown.map((version, index) => (
          <Version key={version.number} version={version} before={versions[index + 1]} />
        ))}
      </ol>
      {shown.length < versions.length && (
        <Button variant="outline" className="self-start" onClick={() => setWhole(true)}>
          {buttonTexts.showAll(versions.length)}
        </Button>
      )}
    </Card>
  );
}

function Version({ version, before }: { version: ButtonVersionPublic; before: ButtonVersionPublic | undefined }) {
  const { zone } = useStation();
  const nameOf = useNames();
  const name = nameOf(version.created_by);
  const changed = before ? FIELDS.filter((field) => version[field] !== before[field]) : [];
  return (
    <li className="flex flex-col gap-1.5 py-3 text-sm first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">
          {version.number === 1 ? buttonTexts.firstVersion : buttonTexts.version(version.number)}
        </span>
        <span className="text-muted-foreground tabular-nums">{formatMoment(version.created_at, zone)}</span>
        {name !== null && <span className="text-muted-foreground">{buttonTexts.by(name)}</span>}
      </div>
      {before && changed.length > 0 && (
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1">
          {changed.map((field) => (
            <FieldChange key={field} field={field} version={version} before={before} />
          ))}
        </dl>
      )}
    </li>
  );
}

function FieldChange({
  field,
  version,
  before,
}: {
  field: Field;
  version: ButtonVersionPublic;
  before: ButtonVersionPublic;
}) {
  return (
    <>
      <dt className="text-muted-foreground">{buttonTexts.fields[field]}</dt>
      <dd className="break-words whitespace-pre-line">
        <del className="text-muted-foreground">{textOf(before, field)}</del>{" "}
        <ins className="no-underline">{textOf(version, field)}</ins>
      </dd>
    </>
  );
}
