import { Link } from "@tanstack/react-router";
import type { ButtonName } from "@/client";
import { TypeDot } from "@/components/type-dot";

/** A button by its title, which leads to it. */
export function ButtonLabel({ button }: { button: ButtonName }) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-2">
      <TypeDot type={button.type} color={button.color} />
      <Link
        to="/buttons/$buttonId"
        params={{ buttonId: button.id }}
        className="truncate rounded-sm font-medium underline-offset-4 outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
      >
        {button.title}
      </Link>
    </span>
  );
}
