import { Controller, useForm } from "react-hook-form";
import type { ButtonPublic, StationPublic } from "@/client";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";
import { showProblem } from "@/lib/form-errors";
import { SUGGESTED_TYPES, typeName } from "@/lib/type-name";
import { setupTexts } from "@/texts/setup";
import { useCreateKey } from "../queries/create-key";

const MAX_TITLE_LENGTH = 200;

/** Names what is pressed. */
export function KeyStep({
  station,
  isFirst,
  onMade,
}: {
  station: StationPublic;
  isFirst: boolean;
  onMade: (button: ButtonPublic) => void;
}) {
  const createKey = useCreateKey(station.id);
  const example = setupTexts.examples[station.purpose];
  const { register, handleSubmit, setError, control, formState } = useForm({
    defaultValues: { title: "", type: example.type },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      onMade(await createKey.mutateAsync(values));
    } catch (error) {
      showProblem(error, { setError, fields: ["title", "type"] });
    }
  });

  return (
    <PublicPage
      title={isFirst ? setupTexts.keyTitle : setupTexts.keyTitleAgain}
      eyebrow={isFirst && setupTexts.step(2)}
      description={setupTexts.keyHint(station.name)}
      isWide={true}
    >
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        <FormField label={setupTexts.title} hint={setupTexts.titleHint(example.title)} error={errors.title?.message}>
          {(props) => (
            <Input
              {...props}
              {...register("title", { validate: (title) => title.trim() !== "" || setupTexts.titleRequired })}
              data-testid="title-input"
              autoComplete="off"
              maxLength={MAX_TITLE_LENGTH}
            />
          )}
        </FormField>
        <Controller
          control={control}
          name="type"
          render={({ field: { value, onChange } }) => (
            <FormField label={setupTexts.type} error={errors.type?.message}>
              {(props) => (
                <Select value={value} onValueChange={onChange}>
                  <SelectTrigger {...props} data-testid="type-select">
                    <SelectValue />
                  </SelectTrigger>
                  <SelectContent>
                    {SUGGESTED_TYPES.map((type) => (
                      <SelectItem key={type} value={type}>
                        {typeName(type)}
                      </SelectItem>
                    ))}
                  </SelectContent>
                </Select>
              )}
            </FormField>
          )}
        />
        <FormError message={errors.root?.message} />
        <Button type="submit" size="lg" disabled={isSubmitting} className="mt-2">
          {setupTexts.makeKey}
        </Button>
      </form>
    </PublicPage>
  );
}
