import type { InstanceHealth } from "@/client";
import { Ago } from "@/components/ago";
import { Card, CardTitle } from "@/components/ui/card";
import { useNow } from "@/hooks/use-now";
import { formatBytes, ownZone } from "@/lib/format";
import { healthTexts as texts } from "@/texts/admin";
import { Fact, Facts } from "./facts";

const BACKUP_PATIENCE_MS = 7 * 86_400_000;

/** The database: what it is, how large, and when it was last backed up. */
export function DatabaseCard({ health }: { health: InstanceHealth }) {
  const { database } = health;
  const kind = database.is_embedded ? texts.embedded : texts.external;
  return (
    <Card>
      <CardTitle>{texts.database}</CardTitle>
      <Facts>
        <Fact name={kind}>{database.server_version}</Fact>
        {!database.is_embedded && (
          <>
            <Fact name={texts.host}>{database.host ?? texts.unknown}</Fact>
            <Fact name={texts.databaseName}>{database.database_name ?? texts.unknown}</Fact>
          </>
        )}
        <Fact name={texts.size}>{formatBytes(database.size_bytes)}</Fact>
        <Fact name={texts.revision}>
          <span className="font-mono text-xs break-all">{database.revision}</span>
        </Fact>
        <Fact name={texts.dataDir}>
          <span className="font-mono text-xs break-all">{health.data_dir}</span>
        </Fact>
        <Fact name={texts.free}>{health.free_bytes === null ? texts.unknown : formatBytes(health.free_bytes)}</Fact>
        <LastBackup at={health.last_backup_at} />
      </Facts>
    </Card>
  );
}

function LastBackup({ at }: { at: string | null }) {
  const now = useNow(60_000);
  if (at === null) {
    return (
      <Fact name={texts.lastBackup} isWarning={true}>
        {texts.noBackup}
      </Fact>
    );
  }
  const isOld = now.getTime() - new Date(at).getTime() > BACKUP_PATIENCE_MS;
  return (
    <Fact name={texts.lastBackup} isWarning={isOld} {...(isOld && { hint: texts.backupOld })}>
      <Ago instant={at} zone={ownZone()} />
    </Fact>
  );
}
