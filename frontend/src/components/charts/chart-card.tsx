import { ChartColumn as ChartIcon, Download, Table2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { ErrorFace } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { chartTexts } from "@/texts/charts";
import { commonTexts } from "@/texts/common";
import { type ChartData, saveChart } from "./chart-data";
import { ChartTable } from "./chart-table";

/** How what a card shows is coming along; a query of TanStack Query is one. */
export type Progress = {
  isPending: boolean;
  isPlaceholderData: boolean;
  /** There is nothing to show, since it could not be fetched. */
  isLoadingError: boolean;
  error: unknown;
  refetch: () => unknown;
};

/** Several of them as one: pending until all are there, failed where one is. */
export function progressOf(...queries: readonly Progress[]): Progress {
  return {
    isPending: queries.some((query) => query.isPending),
    isPlaceholderData: queries.some((query) => query.isPlaceholderData),
    isLoadingError: queries.some((query) => query.isLoadingError),
    error: queries.find((query) => query.isLoadingError)?.error ?? null,
    refetch: () => {
      for (const query of queries) if (query.isLoadingError) query.refetch();
    },
  };
}

/**
 * A chart with its title, which is a table as well, and a CSV.
 *
 * `bodyClassName` gives the height, so that nothing moves when numbers arrive or the table takes the chart's place.
 */
export function ChartCard<Row>({
  title,
  description,
  progress,
  data,
  empty,
  bodyClassName,
  pendingHeight,
  footer,
  className,
  children,
}: {
  title: string;
  description?: ReactNode;
  progress: Progress;
  /** Null while there is none. */
  data: ChartData<Row> | null;
  /** What stands in place of a chart that has nothing to show. */
  empty?: ReactNode;
  bodyClassName?: string;
  /** The height while numbers are on their way, of what is as high as it is long. */
  pendingHeight?: number;
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const titleId = useId();
  const [isTable, setTable] = useState(false);
  const isThere = data !== null && !empty && !progress.isLoadingError;
  return (
    <Card aria-labelledby={titleId} className={className}>
      <CardHeader className="flex-nowrap">
        <div className="min-w-0">
          <CardTitle id={titleId}>{title}</CardTitle>
          {description && <CardDescription>{description}</CardDescription>}
        </div>
        <CardActions
          title={title}
          isTable={isTable}
          onTable={setTable}
          onSave={isThere ? () => saveChart(data) : undefined}
        />
      </CardHeader>
      <CardContent
        aria-busy={progress.isPending || progress.isPlaceholderData}
        className={cn("transition-opacity", progress.isPlaceholderData && "opacity-60", bodyClassName)}
        style={progress.isPending ? { height: pendingHeight } : undefined}
      >
        <Body progress={progress} empty={empty}>
          {isTable && data !== null ? <ChartTable name={title} data={data} /> : children}
        </Body>
      </CardContent>
      {footer}
    </Card>
  );
}

function Body({ progress, empty, children }: { progress: Progress; empty?: ReactNode; children: ReactNode }) {
  if (progress.isLoadingError) {
    return (
      <ErrorFace error={progress.error} onRetry={() => void progress.refetch()} className="h-full justify-center" />
    );
  }
  if (progress.isPending) {
    return (
      <div role="status" aria-label={commonTexts.loading} className="h-full">
        <Skeleton className="h-full w-full" />
      </div>
    );
  }
  return empty || children;
}

function CardActions({
  title,
  isTable,
  onTable,
  onSave,
}: {
  title: string;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
  onSave: (() => void) | undefined;
}) {
  return (
    <div className="flex shrink-0 items-center gap-1 print:hidden">
      <fieldset className="flex rounded-md border">
        <legend className="sr-only">{chartTexts.showAs(title)}</legend>
        <ViewButton isChosen={!isTable} onChoose={() => onTable(false)} label={chartTexts.chart} icon={ChartIcon} />
        <ViewButton isChosen={isTable} onChoose={() => onTable(true)} label={chartTexts.table} icon={Table2} />
      </fieldset>
      <Button
        variant="ghost"
        size="icon"
        className="size-9"
        aria-label={chartTexts.saveCsv(title)}
        title={chartTexts.saveCsv(title)}
        disabled={onSave === undefined}
        onClick={onSave}
      >
        <Download aria-hidden="true" />
      </Button>
    </div>
  );
}

function ViewButton({
  isChosen,
  onChoose,
  label,
  icon: Icon,
}: {
  isChosen: boolean;
  onChoose: () => void;
  label: string;
  icon: typeof ChartIcon;
}) {
  return (
    <Button
      variant="ghost"
      size="icon"
      className={cn(
        "h-9 w-9 rounded-[0.4375rem]",
        isChosen ? "bg-accent text-accent-foreground" : "text-muted-foreground",
      )}
      aria-pressed={isChosen}
      aria-label={label}
      title={label}
      onClick={onChoose}
    >
      <Icon aria-hidden="true" />
    </Button>
  );
}
