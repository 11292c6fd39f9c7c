import { type ReactNode, useState } from "react";
import { FormError } from "@/components/form-error";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { messageOf } from "@/lib/problem";
import { commonTexts } from "@/texts/common";

/** Asks before what cannot be undone. Stays open, and says why, where it fails. */
export function ConfirmDialog({
  isOpen,
  onOpenChange,
  title,
  description,
  confirmLabel,
  cancelLabel = commonTexts.cancel,
  isDestructive = true,
  onConfirm,
  onCloseAutoFocus,
  children,
}: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  cancelLabel?: string;
  isDestructive?: boolean;
  onConfirm: () => Promise<unknown>;
  /** Where the focus goes when it closes, if not where it came from. */
  onCloseAutoFocus?: (event: Event) => void;
  children?: ReactNode;
}) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);

  const change = (isOpened: boolean) => {
    // What failed the last time says nothing of the next.
    setError(null);
    onOpenChange(isOpened);
  };
  const confirm = async () => {
    setPending(true);
    setError(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (problem) {
      setError(problem);
    } finally {
      setPending(false);
    }
  };

  return (
    <Dialog open={isOpen} onOpenChange={change}>
      <DialogContent role="alertdialog" onCloseAutoFocus={onCloseAutoFocus}>
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          <DialogDescription>{description}</DialogDescription>
        </DialogHeader>
        {children}
        <FormError message={error === null ? undefined : messageOf(error)} />
        <DialogFooter>
          <Button variant="outline" onClick={() => change(false)}>
            {cancelLabel}
          </Button>
          <Button variant={isDestructive ? "destructive" : "default"} onClick={confirm} disabled={isPending}>
            {confirmLabel}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
