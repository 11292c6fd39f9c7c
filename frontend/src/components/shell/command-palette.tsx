import { Search } from "lucide-react";
import { lazy, useCallback, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { shellTexts } from "@/texts/shell";
import { Part } from "./part";

const CommandPaletteDialog = lazy(async () => ({
  default: (await import("./command-palette-dialog")).CommandPaletteDialog,
}));
const KeysDialog = lazy(async () => ({ default: (await import("./keys-dialog")).KeysDialog }));
const DeviceDialog = lazy(async () => ({ default: (await import("./device-dialog")).DeviceDialog }));
const FrameEars = lazy(async () => ({ default: (await import("./frame-ears")).FrameEars }));

type Shown = "palette" | "keys" | "device" | null;

/** Opens with Ctrl-K, or Command-K on a Mac: jump to a screen, find a button, do something, without the mouse. */
export function CommandPalette() {
  const [shown, setShown] = useState<Shown>(null);
  const close = () => setShown(null);
  const showKeys = useCallback(() => setShown("keys"), []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      // What is typed in another dialog would be lost by going elsewhere.
      if (shown === null && document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      setShown(shown === "palette" ? null : "palette");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [shown]);

  return (
    <>
      <Button
        variant="ghost"
        size="icon"
        aria-label={shellTexts.command}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setShown("palette")}
      >
        <Search aria-hidden="true" />
      </Button>
      <Part>
        <FrameEars onHelp={showKeys} />
      </Part>
      {shown !== null && (
        // A dialog that could not be fetched is asked for anew with the next press of its key.
        <Part key={shown}>
          {shown === "palette" && <CommandPaletteDialog onClose={close} onShow={setShown} />}
          {shown === "keys" && <KeysDialog onClose={close} />}
          {shown === "device" && <DeviceDialog onClose={close} />}
        </Part>
      )}
    </>
  );
}
