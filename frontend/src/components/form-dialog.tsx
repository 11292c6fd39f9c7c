import type { FormEventHandler, ReactNode } from "react";
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
import { commonTexts } from "@/texts/common";

/** A dialog with a form: what it is about, its fields, what is wrong with it as a whole, and its two ways out. */
export function FormDialog({
  title,
  description,
  submitLabel,
  error,
  isSubmitting,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  description: string;
  submitLabel: string;
  error: string | undefined;
  isSubmitting: boolean;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      {/* A click beside it, or on a notice, must not lose what was typed. */}
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          <DialogDescription>{description}</DialogDescription>
        </DialogHeader>
        <form onSubmit={onSubmit} noValidate={true} className="flex flex-col gap-4">
          {children}
          <FormError message={error} />
          <DialogFooter>
            <Button variant="outline" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" disabled={isSubmitting}>
              {submitLabel}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
