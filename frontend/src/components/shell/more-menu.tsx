import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { shellTexts } from "@/texts/shell";
import type { NavigationEntry } from "./navigation";

/** On a phone: the screens that the bar at the bottom has no room for. */
export function MoreMenu({ entries }: { entries: readonly NavigationEntry[] }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className="flex h-14 flex-col items-center justify-center gap-1 text-xs font-medium text-muted-foreground outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset">
        <Ellipsis className="size-5" aria-hidden="true" />
        {shellTexts.more}
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {entries.map((entry) => (
          <DropdownMenuItem key={entry.to} asChild={true}>
            <Link to={entry.to}>
              <entry.icon aria-hidden="true" />
              {entry.label}
            </Link>
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
