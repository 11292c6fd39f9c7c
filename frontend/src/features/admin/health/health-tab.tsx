import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { InstanceHealth } from "@/client";
import { Ago } from "@/components/ago";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { Card, CardTitle } from "@/components/ui/card";
import { cn } from "@/lib/cn";
import { formatMoment, formatNumber, ownZone } from "@/lib/format";
import { healthTexts as texts } from "@/texts/admin";
import { healthQuery } from "../queries/read-health";
import { DatabaseCard } from "./database-card";
import { Fact, Facts } from "./facts";

/** How the server is right now. */
export function HealthTab() {
  const { data: health, error, refetch } = useQuery(healthQuery());
  return (
    <section className="flex flex-col gap-4">
      <div>
        <h2 className="text-base font-semibold">{texts.title}</h2>
        <p className="text-sm text-muted-foreground">{texts.hint}</p>
      </div>
      {health !== undefined && error === null ? (
        <Shown health={health} />
      ) : error === null ? (
        <RowsSkeleton rows={4} rowClassName="h-28 rounded-lg" />
      ) : (
        <ErrorFace error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

function Shown({ health }: { health: InstanceHealth }) {
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      <Recording health={health} />
      <Card>
        <CardTitle>{texts.server}</CardTitle>
        <Facts>
          <Fact name={texts.version}>{health.version}</Fact>
          <Fact name={texts.processes}>{formatNumber(health.process_count)}</Fact>
          <Fact name={texts.publicUrl} hint={texts.publicUrlHint}>
            <span className="font-mono text-xs break-all">{health.public_url}</span>
          </Fact>
          <Fact name={texts.signUp}>{health.is_sign_up_open ? texts.signUpOpen : texts.signUpClosed}</Fact>
        </Facts>
      </Card>
      <DatabaseCard health={health} />
      <Card>
        <CardTitle>{texts.mail}</CardTitle>
        <Facts>
          <Fact name={texts.mailServer} isWarning={!health.is_mail_configured}>
            {health.mail_server ?? texts.mailOff}
          </Fact>
          <Fact name={texts.waiting}>{formatNumber(health.waiting_job_count)}</Fact>
        </Facts>
      </Card>
    </div>
  );
}

function Recording({ health }: { health: InstanceHealth }) {
  const { is_recording: isRecording, recording_since: since } = health;
  const Icon = isRecording ? CircleCheck : TriangleAlert;
  return (
    <Card
      className={cn(
        "flex-row items-start gap-4 border-transparent lg:col-span-2",
        isRecording ? "bg-accent text-accent-foreground" : "bg-destructive-wash text-destructive",
      )}
    >
      <Icon className="mt-0.5 size-6 shrink-0" aria-hidden="true" />
      <div role="status">
        <p className="font-semibold">{isRecording ? texts.recording : texts.notRecording}</p>
        <p className="text-sm">{isRecording ? texts.recordingHint : texts.notRecordingHint}</p>
        {since !== null && (
          <p className="mt-1 text-sm tabular-nums">
            <Since since={since} />
          </p>
        )}
      </div>
    </Card>
  );
}

function Since({ since }: { since: string }): ReactNode {
  const zone = ownZone();
  return (
    <>
      {texts.since} {formatMoment(since, zone)} {"("}
      <Ago instant={since} zone={zone} />
      {")"}
    </>
  );
}
