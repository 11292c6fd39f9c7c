import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Controller, useForm } from "react-hook-form";
import type { ButtonPublic } from "@/client";
import { ButtonTitleField } from "@/components/button-fields";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { TextField } from "@/components/text-field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { buttonWordsQuery } from "@/lib/button-words";
import { useCreateButton } from "@/lib/create-button";
import { fieldOf } from "@/lib/field-of";
import { buttonTitleRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { formatNumber } from "@/lib/format";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { SUGGESTED_TYPES, typeName, typeOf } from "@/lib/type-name";
import { buttonFieldTexts } from "@/texts/button-fields";
import { buttonsTexts, buttonFormTexts as texts } from "@/texts/buttons";
import { useUpdateButton } from "../queries/update-button";
import { type ButtonValues, bodyOf, changesOf, FIELDS, numberOrNull, valuesOf } from "./button-values";
import { ColorInput } from "./color-input";
import { TagsInput } from "./tags-input";

const MAX_DURATION_S = 86_400;
const MAX_DEDUP_S = 3_600;
const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 40;

function isNumberUpTo(typed: string, most: number): boolean {
  const number = numberOrNull(typed) ?? 0;
  return number >= 0 && number <= most;
}

/** Makes a button, or changes one. */
export function ButtonDialog({
  button,
  onClose,
  onOpen,
}: {
  button: ButtonPublic | null;
  onClose: () => void;
  onOpen: (button: ButtonPublic) => void;
}) {
  const station = useStation();
  const { mutateAsync: create } = useCreateButton(station.id);
  const { mutateAsync: update } = useUpdateButton(station.id);
  const form = useForm<ButtonValues>({ defaultValues: valuesOf(button) });

  const save = async (values: ButtonValues) => {
    if (button !== null) {
      const saved = await update({ buttonId: button.id, changes: changesOf(values, button) });
      notify.success(buttonsTexts.didSave(saved.title));
    } else {
      const made = await create(bodyOf(values));
      notify.success(buttonsTexts.didCreate(made.title), {
        action: { label: buttonsTexts.open, onClick: () => onOpen(made) },
      });
    }
  };
  const submit = form.handleSubmit(async (values) => {
    try {
      await save(values);
      onClose();
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: FIELDS });
    }
  });

  return (
    <FormDialog
      title={button === null ? texts.create : texts.edit}
      description={button === null ? texts.createHint : texts.editHint}
      submitLabel={button === null ? texts.createSubmit : texts.save}
      error={form.formState.errors.root?.message}
      isSubmitting={form.formState.isSubmitting}
      onSubmit={submit}
      onClose={onClose}
      className="max-w-2xl"
    >
      <div className="grid grid-cols-1 gap-x-4 gap-y-3.5 sm:grid-cols-6">
        <WhatItSays form={form} />
        <HowItIsUsed form={form} />
      </div>
    </FormDialog>
  );
}

type FieldsProps = { form: ReturnType<typeof useForm<ButtonValues>> };

/** The fields of a version. */
function WhatItSays({ form }: FieldsProps) {
  const { register, formState, watch, control } = form;
  const station = useStation();
  const { data: words } = useQuery(buttonWordsQuery(station.id));
  const typesId = useId();
  const { errors } = formState;
  const types = new Set([...(words?.types ?? []), ...SUGGESTED_TYPES].map(typeName));
  return (
    <>
      <ButtonTitleField {...fieldOf(form, "title", buttonTitleRules)} className="sm:col-span-6" />
      <FormField
        label={buttonFieldTexts.type}
        hint={texts.typeHint}
        error={errors.type?.message}
        className="sm:col-span-3"
      >
        {(props) => (
          <>
            <Input
              {...props}
              {...register("type", { validate: (type) => type.trim() !== "" || texts.typeRequired })}
              list={typesId}
              maxLength={40}
              autoComplete="off"
            />
            <datalist id={typesId}>
              {[...types].map((type) => (
                <option key={type} value={type} />
              ))}
            </datalist>
          </>
        )}
      </FormField>
      <FormField label={texts.color} error={errors.color?.message} className="sm:col-span-3">
        {({ id }) => (
          <Controller
            control={control}
            name="color"
            render={({ field }) => (
              <ColorInput id={id} type={typeOf(watch("type"))} color={field.value} onChange={field.onChange} />
            )}
          />
        )}
      </FormField>
      <TextField
        {...fieldOf(form, "duration", {
          validate: (typed) => isNumberUpTo(typed, MAX_DURATION_S) || texts.durationWrong,
        })}
        label={texts.duration}
        hint={texts.durationHint}
        inputMode="decimal"
        className="sm:col-span-2"
      />
      <TextField {...fieldOf(form, "source")} label={texts.source} maxLength={500} className="sm:col-span-4" />
      <FormField label={texts.description} error={errors.description?.message} className="sm:col-span-6">
        {(props) => <Textarea {...props} {...register("description")} maxLength={4000} />}
      </FormField>
    </>
  );
}

function HowItIsUsed({ form }: FieldsProps) {
  const { formState, watch, control } = form;
  const station = useStation();
  const { data: words } = useQuery(buttonWordsQuery(station.id));
  const { errors } = formState;
  const standard =
    station.dedup_window_ms === 0 ? texts.dedupOff : texts.seconds(formatNumber(station.dedup_window_ms / 1000));
  return (
    <>
      <FormField
        label={texts.tags}
        hint={texts.tagsHint}
        error={errors.tags?.message ?? errors.tags?.root?.message}
        className="sm:col-span-6"
      >
        {(props) => (
          <Controller
            control={control}
            name="tags"
            rules={{
              validate: {
                count: (tags) => tags.length <= MAX_TAGS || texts.tooManyTags,
                length: (tags) => tags.every((tag) => tag.length <= MAX_TAG_LENGTH) || texts.tagTooLong,
              },
            }}
            render={({ field }) => (
              <TagsInput {...props} tags={field.value} onChange={field.onChange} suggestions={words?.tags ?? []} />
            )}
          />
        )}
      </FormField>
      <TextField {...fieldOf(form, "starts_on")} label={texts.startsOn} type="date" className="sm:col-span-2" />
      <TextField
        {...fieldOf(form, "ends_on", {
          validate: (day) => !day || !watch("starts_on") || day >= watch("starts_on") || texts.endsBeforeStart,
        })}
        label={texts.endsOn}
        type="date"
        className="sm:col-span-2"
      />
      <TextField
        {...fieldOf(form, "dedup_window_ms", {
          validate: (typed) => isNumberUpTo(typed, MAX_DEDUP_S) || texts.dedupWrong,
        })}
        label={texts.dedup}
        hint={texts.dedupHint(standard)}
        inputMode="decimal"
        className="sm:col-span-2"
      />
    </>
  );
}
