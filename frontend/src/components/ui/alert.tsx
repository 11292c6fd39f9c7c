import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

const alertVariants = cva(
  "relative flex w-full items-start gap-3 rounded-lg border px-4 py-3 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0",
  {
    variants: {
      variant: {
        default: "bg-card text-card-foreground",
        info: "border-transparent bg-accent text-accent-foreground",
        warning: "border-transparent bg-warning-wash text-warning",
        destructive: "border-transparent bg-destructive-wash text-destructive",
      },
    },
    defaultVariants: { variant: "default" },
  },
);

/** `role="alert"` only for what has just gone wrong: a screen reader is interrupted by it. */
export function Alert({ className, variant, ...props }: ComponentProps<"div"> & VariantProps<typeof alertVariants>) {
  return <div data-slot="alert" className={cn(alertVariants({ variant }), className)} {...props} />;
}
