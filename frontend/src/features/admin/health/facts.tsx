import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

/** What is known, line by line. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="flex flex-col gap-2.5 text-sm">{children}</dl>;
}

export function Fact({
  name,
  hint,
  isWarning = false,
  children,
}: {
  name: string;
  hint?: string;
  isWarning?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="grid grid-cols-1 gap-x-4 sm:grid-cols-[11rem_minmax(0,1fr)]">
      <dt className="text-muted-foreground">{name}</dt>
      <dd className={cn("min-w-0 break-words tabular-nums", isWarning && "text-warning")}>
        {children}
        {hint && <p className="text-xs text-muted-foreground">{hint}</p>}
      </dd>
    </div>
  );
}
