import { Link } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import type { StationPublic } from "@/client";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { basePath } from "@/lib/base-path";
import { logTexts } from "@/texts/log";
import { type LogFilters, queryOf } from "./search";

/** Where the server gives the log under these filters as a file. */
export function exportHref(station: StationPublic, filters: LogFilters, format: "csv" | "jsonl"): string {
  const query = new URLSearchParams({ station_id: station.id });
  for (const [name, value] of Object.entries(queryOf(filters, station.zone))) if (value) query.set(name, value);
  return `${basePath}/api/v1/presses/export.${format}?${query}`;
}

/** What is on the screen, to take away: as a file, or on paper. */
export function ExportMenu({ station, filters }: { station: StationPublic; filters: LogFilters }) {
  return (
    <>
      <Button asChild={true} variant="outline">
        <Link to="/log/print" search={(search) => search} aria-label={logTexts.print} className="max-sm:px-3">
          <Printer aria-hidden="true" />
          <span className="max-sm:hidden">{logTexts.print}</span>
        </Link>
      </Button>
      <DropdownMenu>
        <DropdownMenuTrigger asChild={true}>
          <Button variant="outline" aria-label={logTexts.export} className="max-sm:px-3">
            <Download aria-hidden="true" />
            <span className="max-sm:hidden">{logTexts.export}</span>
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end" className="max-w-64">
          <DropdownMenuItem asChild={true}>
            <a href={exportHref(station, filters, "csv")} download={true}>
              {logTexts.exportCsv}
            </a>
          </DropdownMenuItem>
          <DropdownMenuItem asChild={true}>
            <a href={exportHref(station, filters, "jsonl")} download={true}>
              {logTexts.exportJsonl}
            </a>
          </DropdownMenuItem>
          <DropdownMenuLabel>{logTexts.exportHint}</DropdownMenuLabel>
        </DropdownMenuContent>
      </DropdownMenu>
    </>
  );
}
