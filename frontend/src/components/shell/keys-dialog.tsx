import type { ReactNode } from "react";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";
import { useUser } from "@/lib/session";
import { setSingleKeys, useSingleKeys } from "@/lib/single-keys";
import { keyNames, paletteTexts } from "@/texts/palette";
import { entriesFor, GO_KEYS } from "./navigation";

const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Which keys work on every screen. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const user = useUser();
  const hasSingleKeys = useSingleKeys();
  return (
    <Dialog open={true} onOpenChange={onClose}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{paletteTexts.helpTitle}</DialogTitle>
          <DialogDescription>{paletteTexts.helpDescription}</DialogDescription>
        </DialogHeader>
        <dl className="divide-y text-sm">
          <KeyLine label={paletteTexts.helpPalette}>
            <Kbd>{isMac() ? keyNames.command : keyNames.control}</Kbd>
            <Kbd>{keyNames.k}</Kbd>
          </KeyLine>
          <KeyLine label={paletteTexts.helpTable}>
            <Kbd>{keyNames.tab}</Kbd>
            <Kbd>{keyNames.enter}</Kbd>
          </KeyLine>
          <KeyLine label={paletteTexts.helpClose}>
            <Kbd>{keyNames.escape}</Kbd>
          </KeyLine>
          {hasSingleKeys && (
            <>
              <KeyLine label={paletteTexts.helpKeys}>
                <Kbd>{keyNames.question}</Kbd>
              </KeyLine>
              {entriesFor({ isSuperuser: user.is_superuser }).map(({ to, label }) => (
                <KeyLine key={to} label={paletteTexts.helpGo(label)}>
                  <Kbd>{keyNames.g}</Kbd>
                  <span className="text-muted-foreground">{paletteTexts.andThen}</span>
                  <Kbd>{GO_KEYS[to].toUpperCase()}</Kbd>
                </KeyLine>
              ))}
            </>
          )}
        </dl>
        <div className="flex items-start justify-between gap-4 rounded-md bg-muted p-3">
          <div>
            <Label htmlFor="single-keys">{paletteTexts.singleKeys}</Label>
            <p id="single-keys-hint" className="mt-1 text-sm text-muted-foreground">
              {paletteTexts.singleKeysHint}
            </p>
          </div>
          <Switch
            id="single-keys"
            aria-describedby="single-keys-hint"
            checked={hasSingleKeys}
            onCheckedChange={setSingleKeys}
          />
        </div>
      </DialogContent>
    </Dialog>
  );
}

function KeyLine({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-center justify-between gap-4 py-1">
      <dt>{label}</dt>
      <dd className="flex items-center gap-1.5">{children}</dd>
    </div>
  );
}
