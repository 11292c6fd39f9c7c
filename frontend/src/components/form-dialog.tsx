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

/**
 * A dialog with a form: what it is about, its fields, what is wrong with it as a whole, and its two ways out. A click beside it
 * is none: it would take away what was typed.
 */
export function FormDialog({
  title,
  description,
  submitLabel,
  error,
  isSubmitting,
  onSubmit,
  onClose,
  className,
  children,
}: {
  title: string;
  description: string;
  submitLabel: string;
  error: string | undefined;
  isSubmitting: boolean;
  onSubmit: FormEventHandler<HTMLFormElement>;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent className={className} onInteractOutside={(event) => event.preventDefault()}>
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
