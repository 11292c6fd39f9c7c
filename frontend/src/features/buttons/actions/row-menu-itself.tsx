import { Archive, ArchiveRestore, Copy, EllipsisVertical, FlaskConical, KeyRound, Pencil, Trash2 } from "lucide-react";
import { useRef } from "react";
import type { ButtonPublic } from "@/client";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { buttonsTexts } from "@/texts/buttons";
import { useButtonActions } from "./button-actions";

/** Everything that can be done with a button. Fetched once the list stands; see row-menu.tsx. */
export function RowMenuItself({ button }: { button: ButtonPublic }) {
  const actions = useButtonActions();
  // Done once the menu is gone and the focus is back on its trigger, to which a dialog then returns it.
  const chosen = useRef<(() => void) | null>(null);
  const choose = (action: () => void) => () => {
    chosen.current = action;
  };
  const isRetired = button.retired_at !== null;
  const wasNeverPressed = button.usage_count === 0 && button.last_pressed_at === null;

  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={buttonsTexts.actionsFor(button.title)}
          className="max-md:size-9"
        >
          <EllipsisVertical aria-hidden="true" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent
        align="end"
        onCloseAutoFocus={() => {
          const action = chosen.current;
          chosen.current = null;
          if (action) setTimeout(action);
        }}
      >
        <DropdownMenuItem onSelect={choose(() => actions.openForm(button))}>
          <Pencil aria-hidden="true" />
          {buttonsTexts.edit}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={choose(() => actions.openDuplicate(button))}>
          <Copy aria-hidden="true" />
          {buttonsTexts.duplicate}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={choose(() => actions.openKeys(button))}>
          <KeyRound aria-hidden="true" />
          {buttonsTexts.keys}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={choose(() => actions.openTestPress(button))}>
          <FlaskConical aria-hidden="true" />
          {buttonsTexts.testPress}
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={choose(() => actions.setRetired(button, { retire: !isRetired }))}>
          {isRetired ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
          {isRetired ? buttonsTexts.unretire : buttonsTexts.retire}
        </DropdownMenuItem>
        {wasNeverPressed && (
          <DropdownMenuItem variant="destructive" onSelect={choose(() => actions.openDelete(button))}>
            <Trash2 aria-hidden="true" />
            {buttonsTexts.remove}
          </DropdownMenuItem>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
