import type { DeckPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { decksTexts } from "@/texts/station";
import { useDeleteDeck } from "../queries/delete-deck";

/** The server knows whether a key was ever made for the deck, a revoked one too, and says so where it refuses. */
export function DeleteDeckDialog({ deck, onClose }: { deck: DeckPublic; onClose: () => void }) {
  const station = useStation();
  const { mutateAsync: remove } = useDeleteDeck(station.id);
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={onClose}
      title={decksTexts.deleteTitle(deck.name)}
      description={decksTexts.deleteHint}
      confirmLabel={decksTexts.delete}
      onConfirm={async () => {
        await remove(deck.id);
        notify.success(decksTexts.deleted(deck.name));
      }}
    />
  );
}
