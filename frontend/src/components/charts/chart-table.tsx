import { TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { cn } from "@/lib/cn";
import { type ChartData, isNumeric, textOf } from "./chart-data";

/** What a chart shows, in words and numbers. Scrolls within the room that the chart had. */
export function ChartTable<Row>({ name, data }: { name: string; data: ChartData<Row> }) {
  const { columns, rows } = data;
  const align = columns.map((column) => (isNumeric(column, rows) ? "text-right tabular-nums" : "text-left"));
  return (
    <section
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative h-full max-h-[40rem] overflow-auto rounded-md outline-offset-2"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{name}</caption>
        <TableHeader className="sticky top-0 z-10 bg-card">
          <TableRow>
            {columns.map(({ header, title = header }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may have one name
              <TableHead key={place} className={cn("whitespace-nowrap", align[place])}>
                {title}
              </TableHead>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no state, and no order but this one
            <TableRow key={place}>
              {columns.map((column, at) => (
                <TableCell
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  key={at}
                  className={cn(
                    "py-1.5",
                    align[at],
                    column.value(row) === null && "text-muted-foreground",
                    at > 0 && "whitespace-nowrap",
                  )}
                >
                  {textOf(column, row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </table>
    </section>
  );
}
