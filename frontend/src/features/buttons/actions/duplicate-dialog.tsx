import { useForm } from "react-hook-form";
import type { ButtonPublic } from "@/client";
import { FormField } from "@/components/form-field";
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
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { buttonFormTexts, buttonsTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { useDuplicateButton } from "../queries/duplicate-button";

/** A copy nearly always gets another title, so that is asked for. */
export function DuplicateDialog({
  button,
  onClose,
  onOpen,
}: {
  button: ButtonPublic;
  onClose: () => void;
  onOpen: (button: ButtonPublic) => void;
}) {
  const { mutateAsync } = useDuplicateButton(button.station_id);
  const { register, handleSubmit, setError, formState } = useForm({
    defaultValues: { title: buttonFormTexts.titleOfCopy(button.title) },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ title }) => {
    try {
      const made = await mutateAsync({ buttonId: button.id, title });
      onClose();
      notify.success(buttonsTexts.didDuplicate(made.title), {
        action: { label: buttonsTexts.open, onClick: () => onOpen(made) },
      });
    } catch (error) {
      showProblem(error, { setError, fields: ["title"] });
    }
  });

  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{buttonFormTexts.duplicate(button.title)}</DialogTitle>
          <DialogDescription>{buttonFormTexts.duplicateHint}</DialogDescription>
        </DialogHeader>
        <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
          <FormField label={buttonFormTexts.title} error={errors.title?.message}>
            {(props) => (
              <Input
                {...props}
                {...register("title", { required: buttonFormTexts.titleRequired })}
                maxLength={200}
                autoComplete="off"
                onFocus={(event) => event.target.select()}
              />
            )}
          </FormField>
          {errors.root && (
            <p role="alert" className="text-sm text-destructive">
              {errors.root.message}
            </p>
          )}
          <DialogFooter>
            <Button variant="outline" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" disabled={isSubmitting}>
              {buttonFormTexts.duplicateSubmit}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
