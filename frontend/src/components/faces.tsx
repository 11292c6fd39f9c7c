import { CircleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { messageOf } from "@/lib/problem";
import { commonTexts } from "@/texts/common";

/** What a list shows while it has nothing to show: why, and what to do about it. */
export function EmptyFace({
  icon: Icon,
  title,
  description,
  children,
  className,
}: {
  icon: LucideIcon;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("flex flex-col items-center gap-3 px-4 py-12 text-center", className)}>
      <Icon className="size-8 text-muted-foreground" aria-hidden="true" />
      <div className="max-w-md">
        <p className="font-medium">{title}</p>
        {description && <p className="mt-1 text-sm text-pretty text-muted-foreground">{description}</p>}
      </div>
      {children && <div className="flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

/** What stands where something could not be fetched. */
export function ErrorFace({ error, onRetry, className }: { error: unknown; onRetry?: () => void; className?: string }) {
  return (
    <div role="alert" className={cn("flex flex-col items-center gap-3 px-4 py-12 text-center", className)}>
      <CircleAlert className="size-8 text-destructive" aria-hidden="true" />
      <p className="max-w-md text-sm">{messageOf(error)}</p>
      {onRetry && (
        <Button variant="outline" onClick={onRetry}>
          {commonTexts.retry}
        </Button>
      )}
    </div>
  );
}

/** So many grey lines in place of a list, each as high as a row of it will be, so that nothing jumps. */
export function RowsSkeleton({ rows, rowClassName }: { rows: number; rowClassName?: string }) {
  return (
    <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <Skeleton key={row} className={cn("h-10 w-full", rowClassName)} />
      ))}
    </div>
  );
}
