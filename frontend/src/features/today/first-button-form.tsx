import { useForm } from "react-hook-form";
import type { StationPublic } from "@/client";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { NativeSelect } from "@/components/ui/native-select";
import { showProblem } from "@/lib/form-errors";
import { SUGGESTED_TYPES, typeName } from "@/lib/type-name";
import { todayTexts } from "@/texts/today";
import { useCreateFirstButton } from "./queries/create-first-button";

type Values = { title: string; type: string };

const FIRST_TYPE: Record<StationPublic["purpose"], string> = {
  radio: "psa",
  stream: "sound_effect",
  desk: "other",
  research: "other",
};

/** The least that makes a button: what it is called, and what kind of thing it is. */
export function FirstButtonForm({ station }: { station: StationPublic }) {
  const create = useCreateFirstButton(station.id);
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { title: "", type: FIRST_TYPE[station.purpose] },
  });
  const { errors, isSubmitting } = formState;
  const submit = handleSubmit(async (values) => {
    try {
      await create.mutateAsync(values);
    } catch (error) {
      showProblem(error, { setError, fields: ["title", "type"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-3 text-foreground">
      <p className="text-pretty text-muted-foreground">{todayTexts.stepMakeHint}</p>
      <div className="flex flex-wrap items-start gap-3">
        <FormField label={todayTexts.buttonTitle} error={errors.title?.message} className="min-w-0 flex-1 basis-56">
          {(props) => (
            <Input
              {...props}
              {...register("title", { validate: (title) => title.trim() !== "" || todayTexts.titleRequired })}
              autoComplete="off"
              maxLength={200}
              placeholder={todayTexts.titleExample[station.purpose]}
            />
          )}
        </FormField>
        <FormField label={todayTexts.buttonType} error={errors.type?.message} className="basis-44">
          {(props) => (
            <NativeSelect {...props} {...register("type")} className="w-full">
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
      <Button type="submit" className="w-fit" disabled={isSubmitting}>
        {todayTexts.makeButton}
      </Button>
    </form>
  );
}
