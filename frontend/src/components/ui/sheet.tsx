import { X } from "lucide-react";
import { Dialog as SheetPrimitive } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { commonTexts } from "@/texts/common";
import { DialogOverlay } from "./dialog";
import { useReturnFocus } from "./return-focus";

export const Sheet = SheetPrimitive.Root;
export const SheetTitle = SheetPrimitive.Title;
export const SheetDescription = SheetPrimitive.Description;

const SIDES = {
  right: "inset-y-0 right-0 w-full max-w-md border-l",
  left: "inset-y-0 left-0 w-3/4 max-w-xs border-r",
  bottom: "inset-x-0 bottom-0 max-h-[85dvh] rounded-t-lg border-t",
};

export function SheetContent({
  className,
  children,
  side = "right",
  ...props
}: ComponentProps<typeof SheetPrimitive.Content> & { side?: keyof typeof SIDES }) {
  return (
    <SheetPrimitive.Portal>
      <DialogOverlay />
      <SheetPrimitive.Content
        data-slot="sheet-content"
        className={cn(
          "fixed z-50 flex flex-col gap-4 overflow-y-auto bg-popover p-5 text-popover-foreground shadow-xl outline-none",
          SIDES[side],
          className,
        )}
        {...props}
        {...useReturnFocus(props)}
      >
        {children}
        <SheetPrimitive.Close
          aria-label={commonTexts.close}
          className="absolute top-4 right-4 rounded-md p-1 text-muted-foreground outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
        >
          <X className="size-4" aria-hidden="true" />
        </SheetPrimitive.Close>
      </SheetPrimitive.Content>
    </SheetPrimitive.Portal>
  );
}
