import type { ReactNode } from "react";
import { saveCsv } from "@/lib/csv";
import { formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";

/**
 * A column of the table beside a chart. `header` and `value` are what the CSV has; `title` and `text` what people read,
 * where that is another.
 */
export type ChartColumn<Row> = {
  header: string;
  title?: string;
  value: (row: Row) => string | number | null;
  text?: (row: Row) => ReactNode;
};

/** What a chart shows, as its table and its CSV have it. */
export type ChartData<Row> = {
  columns: readonly ChartColumn<Row>[];
  rows: readonly Row[];
  /** Without its ending. */
  fileName: string;
};

/** What is not known is said, and never a zero. */
export function textOf<Row>(column: ChartColumn<Row>, row: Row): ReactNode {
  if (column.text) return column.text(row);
  const value = column.value(row);
  if (value === null) return chartTexts.notRecorded;
  return typeof value === "number" ? formatNumber(value) : value;
}

export const isNumeric = <Row>(column: ChartColumn<Row>, rows: readonly Row[]): boolean =>
  rows.some((row) => typeof column.value(row) === "number");

export function saveChart<Row>({ columns, rows, fileName }: ChartData<Row>): void {
  saveCsv(
    `${fileName}.csv`,
    columns.map((column) => column.header),
    rows.map((row) => columns.map((column) => column.value(row))),
  );
}
