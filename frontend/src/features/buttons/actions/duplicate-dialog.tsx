import { useForm } from "react-hook-form";
import type { ButtonPublic } from "@/client";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
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
    <FormDialog
      title={buttonFormTexts.duplicate(button.title)}
      description={buttonFormTexts.duplicateHint}
      submitLabel={buttonFormTexts.duplicateSubmit}
      error={errors.root?.message}
      isSubmitting={isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <FormField label={buttonFormTexts.title} error={errors.title?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("title", { validate: (title) => title.trim() !== "" || buttonFormTexts.titleRequired })}
            maxLength={200}
            autoComplete="off"
            onFocus={(event) => event.target.select()}
          />
        )}
      </FormField>
    </FormDialog>
  );
}
