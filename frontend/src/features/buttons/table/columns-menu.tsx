import { Columns3 } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { canEdit, useStation } from "@/lib/station";
import { buttonsTexts } from "@/texts/buttons";
import { type ButtonsSearch, COLUMNS, columnsOf, columnsParam } from "../search";
import type { ChangeSearch } from "./toolbar";

/** Chooses the columns; stays open while one does. */
export function ColumnsMenu({ search, change }: { search: ButtonsSearch; change: ChangeSearch }) {
  const isEditor = canEdit(useStation());
  const shown = columnsOf(search);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild={true}>
        <Button variant="outline" className="ml-auto h-9 px-3">
          <Columns3 aria-hidden="true" />
          {buttonsTexts.chooseColumns}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>{buttonsTexts.columnsHint}</DropdownMenuLabel>
        {COLUMNS.filter((column) => isEditor || column !== "keys").map((column) => (
          <DropdownMenuCheckboxItem
            key={column}
            checked={shown.includes(column)}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={(isShown) =>
              change(
                { columns: columnsParam(isShown ? [...shown, column] : shown.filter((one) => one !== column)) },
                { replace: true },
              )
            }
          >
            {buttonsTexts.columns[column]}
          </DropdownMenuCheckboxItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
