import { useForm } from "react-hook-form";
import type { ButtonPublic } from "@/client";
import { ButtonTitleField } from "@/components/button-fields";
import { FormDialog } from "@/components/form-dialog";
import { fieldOf } from "@/lib/field-of";
import { buttonTitleRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { buttonFormTexts, buttonsTexts } from "@/texts/buttons";
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
  const form = useForm({
    defaultValues: { title: buttonFormTexts.titleOfCopy(button.title) },
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ title }) => {
    try {
      const made = await mutateAsync({ buttonId: button.id, title });
      onClose();
      notify.success(buttonsTexts.didDuplicate(made.title), {
        action: { label: buttonsTexts.open, onClick: () => onOpen(made) },
      });
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["title"] });
    }
  });

  return (
    <FormDialog
      title={buttonFormTexts.duplicate(button.title)}
      description={buttonFormTexts.duplicateHint}
      submitLabel={buttonFormTexts.duplicateSubmit}
      error={errors.root?.message}
      isSubmitting={isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <ButtonTitleField {...fieldOf(form, "title", buttonTitleRules)} onFocus={(event) => event.target.select()} />
    </FormDialog>
  );
}
