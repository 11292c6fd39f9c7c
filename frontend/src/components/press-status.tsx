import { Ban, Check, CopyMinus, EyeOff, FlaskConical, type LucideIcon, Moon } from "lucide-react";
import type { ReactNode } from "react";
import type { PressStatus } from "@/client";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/lib/cn";
import { pressTexts } from "@/texts/presses";

type Look = { icon: LucideIcon; variant: "outline" | "secondary" | "warning" | "destructive"; className?: string };

const LOOKS: Record<PressStatus, Look> = {
  // What is as it should be is quiet, so that the others are seen.
  counted: {
    icon: Check,
    variant: "outline",
    className: "border-transparent text-muted-foreground [&_svg]:text-primary",
  },
  suppressed: { icon: CopyMinus, variant: "secondary" },
  retired: { icon: Moon, variant: "secondary" },
  test: { icon: FlaskConical, variant: "warning" },
  ignored: { icon: EyeOff, variant: "secondary" },
  void: { icon: Ban, variant: "destructive" },
};

/** What a press counts as, in a word and a sign. */
export function PressStatusBadge({ status, className }: { status: PressStatus; className?: string }) {
  const { icon: Icon, variant, className: look } = LOOKS[status];
  return (
    <Badge variant={variant} className={cn(look, className)} data-status={status}>
      <Icon aria-hidden="true" />
      {pressTexts.status[status]}
    </Badge>
  );
}

/** A title as it aired; struck out, for eyes and ears, where the press does not count. */
export function PressTitle({
  status,
  className,
  children,
}: {
  status: PressStatus;
  className?: string;
  children: ReactNode;
}) {
  if (status === "counted") return <span className={className}>{children}</span>;
  return <s className={cn("text-muted-foreground", className)}>{children}</s>;
}
