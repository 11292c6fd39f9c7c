import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { OldAddressKey } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { CopyButton } from "@/components/copy-button";
import { Button } from "@/components/ui/button";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { useNow } from "@/hooks/use-now";
import { formatAgo, formatMoment } from "@/lib/format";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { addressesTexts } from "@/texts/station";
import { useRevokeKey } from "../queries/revoke-key";

export function AddressesTable({ keys }: { keys: readonly OldAddressKey[] }) {
  const [revoked, setRevoked] = useState<OldAddressKey | null>(null);
  return (
    <>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>{addressesTexts.deck}</TableHead>
            <TableHead>{addressesTexts.button}</TableHead>
            <TableHead>{addressesTexts.state}</TableHead>
            <TableHead>{addressesTexts.was}</TableHead>
            <TableHead>
              <span className="sr-only">{addressesTexts.actionsHeading}</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {keys.map((key) => (
            <KeyRow key={key.key_id} oldKey={key} onRevoke={() => setRevoked(key)} />
          ))}
        </TableBody>
      </Table>
      {revoked && <RevokeDialog oldKey={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}

function KeyRow({ oldKey, onRevoke }: { oldKey: OldAddressKey; onRevoke: () => void }) {
  const title = oldKey.button_title;
  return (
    <TableRow>
      <TableCell className="min-w-24">{oldKey.deck?.name ?? addressesTexts.noDeck}</TableCell>
      <TableCell className="min-w-32">
        <Link
          to="/buttons/$buttonId"
          params={{ buttonId: oldKey.button_id }}
          className="rounded-sm font-medium underline-offset-4 outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
        >
          {title}
        </Link>
      </TableCell>
      <TableCell className="min-w-40">
        <State oldKey={oldKey} />
      </TableCell>
      <TableCell className="font-mono text-xs text-muted-foreground">
        <span className="block max-w-64 truncate" title={oldKey.old_url}>
          {oldKey.old_url}
        </span>
      </TableCell>
      <TableCell>
        <div className="flex justify-end gap-2">
          <CopyButton text={oldKey.press_url} label={addressesTexts.copyFor(title)} className="h-9">
            {addressesTexts.copy}
          </CopyButton>
          <Button
            variant="ghost"
            size="sm"
            className="h-9"
            aria-label={addressesTexts.revokeFor(title)}
            onClick={onRevoke}
          >
            {addressesTexts.revoke}
          </Button>
        </div>
      </TableCell>
    </TableRow>
  );
}

function State({ oldKey: { state, last_called_at: calledAt } }: { oldKey: OldAddressKey }) {
  const { zone } = useStation();
  const now = useNow();
  if (state !== "called" || calledAt === null) {
    return <>{addressesTexts.states[state === "called" ? "not_heard_since" : state]}</>;
  }
  return (
    <time dateTime={calledAt} title={formatMoment(calledAt, zone)}>
      {addressesTexts.states.called(formatAgo(calledAt, now))}
    </time>
  );
}

function RevokeDialog({ oldKey, onClose }: { oldKey: OldAddressKey; onClose: () => void }) {
  const station = useStation();
  const { mutateAsync: revoke } = useRevokeKey(station.id);
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={onClose}
      title={addressesTexts.revokeTitle(oldKey.button_title)}
      description={addressesTexts.revokeHint}
      confirmLabel={addressesTexts.revoke}
      onConfirm={async () => {
        await revoke(oldKey.key_id);
        notify.success(addressesTexts.revoked);
      }}
    />
  );
}
