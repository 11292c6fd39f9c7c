import { Link } from "@tanstack/react-router";
import type { ButtonName, ButtonPublic } from "@/client";
import { cn } from "@/lib/cn";
import { TypeDot } from "./type-dot";

/** A button by its title, which leads to it. */
export function ButtonLabel({ button, linkClassName }: { button: ButtonName | ButtonPublic; linkClassName?: string }) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-2">
      <TypeDot type={button.type} color={button.color} />
      <Link
        to="/buttons/$buttonId"
        params={{ buttonId: button.id }}
        title={button.title}
        className={cn(
          "truncate rounded-sm font-medium underline-offset-4 outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring",
          linkClassName,
        )}
      >
        {button.title}
      </Link>
    </span>
  );
}
