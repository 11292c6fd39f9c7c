import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { shellTexts } from "@/texts/shell";

const CommandPaletteDialog = lazy(async () => ({
  default: (await import("./command-palette-dialog")).CommandPaletteDialog,
}));

/** Opens with Ctrl-K, or Command-K on a Mac: jump to a screen, or find a button, without the mouse. */
export function CommandPalette() {
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setOpened] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpened(true);
      setOpen((before) => !before);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <>
      <Button
        variant="ghost"
        size="icon"
        aria-label={shellTexts.command}
        onClick={() => {
          setOpened(true);
          setOpen(true);
        }}
      >
        <Search aria-hidden="true" />
      </Button>
      {wasOpened && (
        <Suspense fallback={null}>
          <CommandPaletteDialog isOpen={isOpen} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
