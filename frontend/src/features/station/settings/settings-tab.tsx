import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { formatDay, formatNumber } from "@/lib/format";
import { isOwner, useStation } from "@/lib/station";
import { purposeTexts } from "@/texts/purposes";
import { settingsTexts } from "@/texts/station";
import { stationFieldTexts } from "@/texts/station-fields";
import { SettingsForm } from "./settings-form";

/** What the station is: for owners to change, for the others to read. */
export function SettingsTab() {
  const station = useStation();
  return (
    <Card className="max-w-3xl">
      <CardHeader>
        <div>
          <CardTitle>{settingsTexts.title}</CardTitle>
          {!isOwner(station) && <CardDescription>{settingsTexts.readOnly}</CardDescription>}
        </div>
      </CardHeader>
      {isOwner(station) ? <SettingsForm key={station.id} station={station} /> : <Facts />}
    </Card>
  );
}

function Facts() {
  const station = useStation();
  const facts = [
    [stationFieldTexts.name, station.name],
    [stationFieldTexts.purpose, purposeTexts[station.purpose].name],
    [stationFieldTexts.zone, station.zone],
    [stationFieldTexts.callSign, station.call_sign ?? settingsTexts.none],
    [settingsTexts.community, station.community ?? settingsTexts.none],
    [
      settingsTexts.dedup,
      station.dedup_window_ms === 0
        ? settingsTexts.dedupOff
        : settingsTexts.seconds(formatNumber(station.dedup_window_ms / 1000)),
    ],
    [settingsTexts.since, formatDay(station.created_at, station.zone)],
  ] as const;
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 text-sm sm:grid-cols-[12rem_minmax(0,1fr)]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground max-sm:-mb-2">{name}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
