import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export const inputClasses = [
  "flex h-10 w-full min-w-0 rounded-md border border-input bg-card px-3 py-1 text-base transition-colors md:text-sm",
  "placeholder:text-muted-foreground outline-none focus-visible:border-ring focus-visible:ring-2 focus-visible:ring-ring/40",
  "disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-destructive aria-invalid:ring-destructive/30",
];

export function Input({ className, type = "text", ...props }: ComponentProps<"input">) {
  return <input data-slot="input" type={type} className={cn(inputClasses, className)} {...props} />;
}
