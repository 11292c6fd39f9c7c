import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronsUpDown } from "lucide-react";
import type { StationPublic } from "@/client";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { shellTexts } from "@/texts/shell";

/** Chooses between the stations of who has several. */
export function StationMenu({ stations, shown }: { stations: readonly StationPublic[]; shown: StationPublic }) {
  const navigate = useNavigate();
  // Not to the same screen of the other station: a button, or a filter by one, is not there.
  const choose = (id: string) => navigate({ to: "/", search: { station: id } });

  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button variant="ghost" className="max-w-full min-w-0 justify-between px-2 font-semibold">
          <span className="truncate">{shown.name}</span>
          <ChevronsUpDown className="text-muted-foreground" aria-hidden="true" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-w-72">
        <DropdownMenuLabel>{shellTexts.chooseStation}</DropdownMenuLabel>
        {stations.map((station) => (
          <DropdownMenuItem key={station.id} onSelect={() => choose(station.id)}>
            <span className="truncate">{station.name}</span>
            {station.id === shown.id && <Check className="ml-auto" aria-hidden="true" />}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
