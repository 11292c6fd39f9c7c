import { useForm } from "react-hook-form";
import type { ButtonPublic, StationPublic } from "@/client";
import { ButtonTitleField } from "@/components/button-fields";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { NativeSelect } from "@/components/ui/native-select";
import { useCreateButton } from "@/lib/create-button";
import { fieldOf } from "@/lib/field-of";
import { buttonTitleRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { SUGGESTED_TYPES, typeName } from "@/lib/type-name";
import { buttonFieldTexts } from "@/texts/button-fields";
import { firstKeyTexts } from "@/texts/first-key";

/** The least that makes a button, and with it a press URL: what it is called, and what kind of thing it is. */
export function FirstKeyForm({
  station,
  submitLabel,
  submitSize = "default",
  onMade,
}: {
  station: StationPublic;
  submitLabel: string;
  /** The large one is as wide as the form, as on the pages that are nothing but a form. */
  submitSize?: "default" | "lg";
  onMade?: (button: ButtonPublic) => void;
}) {
  const create = useCreateButton(station.id);
  const example = firstKeyTexts.examples[station.purpose];
  const form = useForm({ defaultValues: { title: "", type: example.type } });
  const { errors, isSubmitting, isSubmitSuccessful } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      const made = await create.mutateAsync(values);
      onMade?.(made);
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["title", "type"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-4">
        <ButtonTitleField
          {...fieldOf(form, "title", buttonTitleRules)}
          hint={firstKeyTexts.example(example.title)}
          className="min-w-0 flex-1 basis-56"
        />
        <FormField label={buttonFieldTexts.type} error={errors.type?.message} className="grow basis-44 sm:grow-0">
          {(props) => (
            <NativeSelect {...props} {...form.register("type")} data-testid="type-select" className="h-10 w-full">
              {SUGGESTED_TYPES.map((type) => (
                <option key={type} value={type}>
                  {typeName(type)}
                </option>
              ))}
            </NativeSelect>
          )}
        </FormField>
      </div>
      <FormError message={errors.root?.message} />
      {/* Once made, it goes away with the next look at the station's buttons: a second click would make a second one. */}
      <Button
        type="submit"
        size={submitSize}
        className={submitSize === "lg" ? "mt-2" : "w-fit"}
        disabled={isSubmitting || isSubmitSuccessful}
      >
        {submitLabel}
      </Button>
    </form>
  );
}
