import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/**
 * Where something will stand. It begins to pulse only after a second: what is drawn sixty times a second takes from a small
 * machine just what the answer needs.
 */
export function Skeleton({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      data-slot="skeleton"
      aria-hidden="true"
      className={cn("animate-pulse rounded-md [animation-delay:1s] bg-muted-foreground/15", className)}
      {...props}
    />
  );
}
