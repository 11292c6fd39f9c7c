import { FlaskConical, RefreshCw, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { ButtonPublic, OldAddressKey, PressKeyPublic } from "@/client";
import { Ago } from "@/components/ago";
import { CopyButton } from "@/components/copy-button";
import { RowActions } from "@/components/row-actions";
import { Badge } from "@/components/ui/badge";
import { formatMoment } from "@/lib/format";
import { useStation } from "@/lib/station";
import { keysTexts } from "@/texts/buttons";
import { useButtonActions } from "../actions/button-actions";
import { RevokeKey, RotateKey } from "./key-dialogs";

const deckName = (key: PressKeyPublic) => key.deck?.name ?? keysTexts.noDeck;

/** One press key: whose it is, its address, and when it was last heard. */
export function KeyRow({
  pressKey,
  button,
  oldAddress,
}: {
  pressKey: PressKeyPublic;
  button: ButtonPublic;
  oldAddress: OldAddressKey | undefined;
}) {
  const { zone } = useStation();
  const isRevoked = pressKey.revoked_at !== null;
  return (
    <li className="flex flex-col gap-1.5 p-3">
      <div className="flex min-h-9 items-center gap-2">
        <span className="min-w-0 truncate text-sm font-medium">{deckName(pressKey)}</span>
        {isRevoked && <Badge variant="secondary">{keysTexts.revoked}</Badge>}
        {pressKey.is_imported_address && (
          <Badge variant="outline" title={keysTexts.importedHint}>
            {keysTexts.imported}
          </Badge>
        )}
        {!isRevoked && <KeyActions pressKey={pressKey} button={button} />}
      </div>
      {isRevoked ? (
        <p className="text-xs text-muted-foreground">
          {keysTexts.revokedAt(formatMoment(pressKey.revoked_at ?? "", zone))}
        </p>
      ) : (
        <code className="rounded-sm bg-muted px-2 py-1 text-xs break-all">{pressKey.press_url}</code>
      )}
      <p className="text-xs text-muted-foreground">
        {pressKey.last_heard_at === null ? (
          keysTexts.neverHeard
        ) : (
          <>
            {keysTexts.lastHeard} <Ago instant={pressKey.last_heard_at} zone={zone} />
          </>
        )}
      </p>
      {oldAddress && (
        <p className="flex gap-1.5 text-xs break-all text-warning">
          <TriangleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden="true" />
          {keysTexts.oldAddress[oldAddress.state](oldAddress.old_url)}
        </p>
      )}
    </li>
  );
}

function KeyActions({ pressKey, button }: { pressKey: PressKeyPublic; button: ButtonPublic }) {
  const { openTestPress } = useButtonActions();
  const [asked, setAsked] = useState<"rotate" | "revoke" | null>(null);
  const name = deckName(pressKey);
  const close = () => setAsked(null);
  const ofOwnKey = [
    {
      label: keysTexts.test,
      icon: FlaskConical,
      onSelect: () => openTestPress(button, { pressKey: pressKey.key }),
    },
    { label: keysTexts.rotate, icon: RefreshCw, onSelect: () => setAsked("rotate") },
  ];
  return (
    <div className="ml-auto flex shrink-0 items-center gap-1">
      <CopyButton text={pressKey.press_url} label={keysTexts.copy(name)} className="h-9">
        {keysTexts.copyLabel}
      </CopyButton>
      <RowActions
        label={keysTexts.more(name)}
        actions={[
          ...(pressKey.is_imported_address ? [] : ofOwnKey),
          { label: keysTexts.revoke, icon: Trash2, onSelect: () => setAsked("revoke"), isDestructive: true },
        ]}
      />
      {asked === "rotate" && <RotateKey pressKey={pressKey} deckName={name} onClose={close} />}
      {asked === "revoke" && <RevokeKey pressKey={pressKey} deckName={name} onClose={close} />}
    </div>
  );
}
