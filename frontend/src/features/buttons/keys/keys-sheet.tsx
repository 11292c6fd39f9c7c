import type { ButtonPublic } from "@/client";
import { Sheet, SheetContent, SheetDescription, SheetTitle } from "@/components/ui/sheet";
import { keysTexts } from "@/texts/buttons";
import { KeysPanel } from "./keys-panel";

/** The press keys of a button, beside the list. */
export function KeysSheet({ button, onClose }: { button: ButtonPublic; onClose: () => void }) {
  return (
    <Sheet open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <SheetContent>
        <div className="flex flex-col gap-1 pr-8">
          <SheetTitle className="text-lg leading-tight font-semibold">{keysTexts.of(button.title)}</SheetTitle>
          <SheetDescription className="text-sm text-muted-foreground">{keysTexts.hint}</SheetDescription>
        </div>
        <KeysPanel button={button} />
      </SheetContent>
    </Sheet>
  );
}
