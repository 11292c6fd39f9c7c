import type { PressKeyPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { copyText } from "@/lib/clipboard";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { keysTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { useRevokePressKey } from "../queries/revoke-press-key";
import { useRotatePressKey } from "../queries/rotate-press-key";

export function RotateKey({
  pressKey,
  deckName,
  onClose,
}: {
  pressKey: PressKeyPublic;
  deckName: string;
  onClose: () => void;
}) {
  const station = useStation();
  const { mutateAsync } = useRotatePressKey(station.id, pressKey.button_id);
  const rotate = async () => {
    const { press_url } = await mutateAsync(pressKey.id);
    const copy = async () => {
      if (await copyText(press_url)) notify.success(commonTexts.copied);
      else notify.error(commonTexts.copyRefused);
    };
    notify.success(keysTexts.didRotate, { action: { label: keysTexts.copyNew, onClick: () => void copy() } });
  };
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={keysTexts.rotateTitle}
      description={keysTexts.rotateHint(deckName)}
      confirmLabel={keysTexts.rotateConfirm}
      onConfirm={rotate}
    />
  );
}

export function RevokeKey({
  pressKey,
  deckName,
  onClose,
}: {
  pressKey: PressKeyPublic;
  deckName: string;
  onClose: () => void;
}) {
  const station = useStation();
  const { mutateAsync } = useRevokePressKey(station.id);
  const revoke = async () => {
    await mutateAsync(pressKey.id);
    notify.success(keysTexts.didRevoke);
  };
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={keysTexts.revokeTitle}
      description={keysTexts.revokeHint(deckName)}
      confirmLabel={keysTexts.revokeConfirm}
      onConfirm={revoke}
    />
  );
}
