import { EllipsisVertical, type LucideIcon } from "lucide-react";
import { Fragment, useRef } from "react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";

export type RowAction = {
  label: string;
  icon: LucideIcon;
  onSelect: () => void;
  /** Stands apart from what comes before it, at the end. */
  isDestructive?: boolean;
};

/** The menu of a row. What is chosen is done once the menu is gone, so that a dialog gives the focus back to its dots. */
export function RowActions({ label, actions }: { label: string; actions: readonly RowAction[] }) {
  const chosen = useRef<(() => void) | null>(null);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button variant="ghost" size="icon-sm" aria-label={label} className="size-9">
          <EllipsisVertical aria-hidden="true" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent
        align="end"
        onCloseAutoFocus={() => {
          const act = chosen.current;
          chosen.current = null;
          if (act) setTimeout(act);
        }}
      >
        {actions.map(({ label: name, icon: Icon, onSelect, isDestructive = false }, place) => (
          <Fragment key={name}>
            {isDestructive && place > 0 && <DropdownMenuSeparator />}
            <DropdownMenuItem
              variant={isDestructive ? "destructive" : "default"}
              onSelect={() => {
                chosen.current = onSelect;
              }}
            >
              <Icon aria-hidden="true" />
              {name}
            </DropdownMenuItem>
          </Fragment>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
