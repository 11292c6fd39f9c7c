import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

/** One of a few choices, with a word on what it means. Together they stand in a `radiogroup`. */
export function RadioCard({
  label,
  hint,
  icon: Icon,
  ...input
}: Omit<ComponentProps<"input">, "type"> & { label: string; hint: string; icon?: LucideIcon }) {
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-md border border-input bg-card px-3 py-2.5 has-checked:border-primary has-checked:bg-accent has-focus-visible:ring-2 has-focus-visible:ring-ring">
      <input {...input} type="radio" className="mt-1 size-4 accent-primary outline-none" />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-center justify-between gap-2 text-sm font-medium">
          {label}
          {Icon && <Icon className="size-4 text-muted-foreground" aria-hidden="true" />}
        </span>
        <span className="text-sm text-muted-foreground">{hint}</span>
      </span>
    </label>
  );
}
