import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { todayTexts } from "@/texts/today";

/** A step of the guide, with a line that leads to the next. */
export function GuideStep({
  number,
  title,
  isDone,
  isCurrent,
  isLast = false,
  children,
}: {
  number: number;
  title: string;
  isDone: boolean;
  isCurrent: boolean;
  isLast?: boolean;
  children?: ReactNode;
}) {
  return (
    <li data-testid={`guide-step-${number}`} data-done={isDone} className="flex gap-4">
      <div className="flex flex-col items-center">
        <span
          aria-hidden="true"
          className={cn(
            "flex size-8 shrink-0 items-center justify-center rounded-full border text-sm font-semibold tabular-nums transition-colors duration-500",
            isCurrent && "border-primary text-primary",
            isDone && "border-primary bg-primary text-primary-foreground",
          )}
        >
          {isDone ? <Check className="size-4" /> : number}
        </span>
        {!isLast && <span className={cn("my-1 w-px flex-1 bg-border", isDone && "bg-primary")} />}
      </div>
      <div className={cn("min-w-0 flex-1", !isLast && "pb-6")}>
        <h3 className={cn("leading-8 font-medium", !isDone && !isCurrent && "text-muted-foreground")}>
          {title}
          {isDone && <span className="sr-only"> ({todayTexts.stepDone})</span>}
        </h3>
        <div className="text-sm text-muted-foreground">{children}</div>
      </div>
    </li>
  );
}
