import { useId } from "react";
import { CopyButton } from "@/components/copy-button";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { commonTexts } from "@/texts/common";

/** A link that is shown once, to be copied and handed on where no mail is sent. */
export function LinkDialog({
  title,
  description,
  label,
  link,
  onClose,
}: {
  title: string;
  description: string;
  label: string;
  link: string;
  onClose: () => void;
}) {
  const id = useId();
  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      {/* A click beside it must not lose what is not shown again. */}
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          <DialogDescription>{description}</DialogDescription>
        </DialogHeader>
        <div className="flex flex-col gap-1.5">
          <Label htmlFor={id}>{label}</Label>
          <Input
            id={id}
            readOnly={true}
            value={link}
            className="font-mono"
            onFocus={(event) => event.currentTarget.select()}
          />
        </div>
        <DialogFooter>
          <Button variant="outline" onClick={onClose}>
            {commonTexts.done}
          </Button>
          <CopyButton text={link} label={commonTexts.copyLink} variant="default" size="default">
            {commonTexts.copyLink}
          </CopyButton>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
