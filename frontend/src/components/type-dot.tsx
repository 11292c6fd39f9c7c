import { cn } from "@/lib/cn";
import { colorOfButton } from "@/lib/type-color";

/**
 * A dot in the colour of a button or a type. It says nothing alone: the title or the type stands beside it. A colour that
 * people chose may be as dark, or as light, as the page: its edge is seen in any case.
 */
export function TypeDot({
  type,
  color,
  className,
}: {
  type: string;
  color?: string | null | undefined;
  className?: string;
}) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        "inline-block size-2.5 shrink-0 rounded-full ring-1",
        color ? "ring-foreground/50" : "ring-foreground/15",
        className,
      )}
      style={{ backgroundColor: colorOfButton({ type, color: color ?? null }) }}
    />
  );
}
