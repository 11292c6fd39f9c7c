import { Link } from "@tanstack/react-router";
import { CircleUser, LogOut, Settings } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { useUser } from "@/lib/session";
import { shellTexts } from "@/texts/shell";
import { useLeave } from "./use-leave";

export function UserMenu() {
  const user = useUser();
  const leave = useLeave();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button variant="ghost" size="icon" aria-label={user.full_name ?? user.email} data-testid="user-menu">
          <CircleUser aria-hidden="true" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-72">
        <DropdownMenuLabel>
          <span className="block truncate text-sm font-medium text-foreground">{user.full_name ?? user.email}</span>
          {user.full_name && <span className="block truncate">{user.email}</span>}
        </DropdownMenuLabel>
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild={true}>
          <Link to="/settings">
            <Settings aria-hidden="true" />
            {shellTexts.settings}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={leave}>
          <LogOut aria-hidden="true" />
          {shellTexts.logOut}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
