import { Archive, ArchiveRestore, Copy, FlaskConical, KeyRound, Pencil, Trash2 } from "lucide-react";
import type { ButtonPublic } from "@/client";
import { RowActions } from "@/components/row-actions";
import { buttonsTexts } from "@/texts/buttons";
import { useButtonActions } from "./button-actions";

/** Everything that can be done with a button. Fetched once the list stands; see row-menu.tsx. */
export function RowMenuItself({ button }: { button: ButtonPublic }) {
  const actions = useButtonActions();
  const retire = button.retired_at === null;
  const wasNeverPressed = button.usage_count === 0 && button.last_pressed_at === null;
  return (
    <RowActions
      label={buttonsTexts.actionsFor(button.title)}
      actions={[
        { label: buttonsTexts.edit, icon: Pencil, onSelect: () => actions.openForm(button) },
        { label: buttonsTexts.duplicate, icon: Copy, onSelect: () => actions.openDuplicate(button) },
        { label: buttonsTexts.keys, icon: KeyRound, onSelect: () => actions.openKeys(button) },
        { label: buttonsTexts.testPress, icon: FlaskConical, onSelect: () => actions.openTestPress(button) },
        {
          label: retire ? buttonsTexts.retire : buttonsTexts.unretire,
          icon: retire ? Archive : ArchiveRestore,
          onSelect: () => actions.setRetired(button, { retire }),
        },
        ...(wasNeverPressed
          ? [
              {
                label: buttonsTexts.remove,
                icon: Trash2,
                onSelect: () => actions.openDelete(button),
                isDestructive: true,
              },
            ]
          : []),
      ]}
    />
  );
}
