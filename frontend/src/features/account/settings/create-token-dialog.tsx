import { useState } from "react";
import type { ApiTokenCreated, StationPublic } from "@/client";
import { CopyField } from "@/components/copy-field";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { settingsTexts } from "@/texts/settings";
import { CreateTokenForm } from "./create-token-form";

/** Makes a token, and shows it this once. */
export function CreateTokenDialog({
  station,
  isOpen,
  onOpenChange,
}: {
  station: StationPublic;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}) {
  const [made, setMade] = useState<ApiTokenCreated | null>(null);
  const change = (opened: boolean) => {
    onOpenChange(opened);
    if (!opened) setMade(null);
  };
  return (
    <Dialog open={isOpen} onOpenChange={change}>
      {made === null ? (
        <DialogContent>
          <DialogHeader>
            <DialogTitle>{settingsTexts.createToken}</DialogTitle>
            <DialogDescription>{settingsTexts.createTokenHint}</DialogDescription>
          </DialogHeader>
          <CreateTokenForm station={station} onCancel={() => change(false)} onMade={setMade} />
        </DialogContent>
      ) : (
        // A click beside it must not lose what cannot be shown again.
        <DialogContent isClosable={false} onInteractOutside={(event) => event.preventDefault()}>
          <MadeToken token={made.token} onDone={() => change(false)} />
        </DialogContent>
      )}
    </Dialog>
  );
}

function MadeToken({ token, onDone }: { token: string; onDone: () => void }) {
  return (
    <>
      <DialogHeader>
        <DialogTitle>{settingsTexts.tokenMade}</DialogTitle>
        <DialogDescription>{settingsTexts.tokenMadeHint}</DialogDescription>
      </DialogHeader>
      <CopyField label={settingsTexts.token} text={token} testId="new-token" />
      <DialogFooter>
        <Button onClick={onDone}>{settingsTexts.tokenDone}</Button>
      </DialogFooter>
    </>
  );
}
