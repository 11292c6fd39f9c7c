import { useId } from "react";
import { Controller, useForm } from "react-hook-form";
import type { ApiTokenCreated, Scope, StationPublic } from "@/client";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { DialogFooter } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";
import { showProblem } from "@/lib/form-errors";
import { canEdit } from "@/lib/station";
import { commonTexts } from "@/texts/common";
import { settingsTexts } from "@/texts/settings";
import { useCreateToken } from "../queries/create-token";

const SCOPES = Object.keys(settingsTexts.scopeHints) as Scope[];
const MAX_NAME_LENGTH = 200;
const NEVER = "never";
const DAY_MS = 86_400_000;

const scopesFor = (station: StationPublic): Scope[] =>
  SCOPES.filter((scope) => canEdit(station) || scope.endsWith(":read"));

const endAfter = (days: string): string | null =>
  days === NEVER ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();

type Values = { name: string; scopes: Scope[]; ends: string };

export function CreateTokenForm({
  station,
  onCancel,
  onMade,
}: {
  station: StationPublic;
  onCancel: () => void;
  onMade: (made: ApiTokenCreated) => void;
}) {
  const createToken = useCreateToken(station.id);
  const { register, handleSubmit, setError, control, formState } = useForm<Values>({
    defaultValues: { name: "", scopes: [], ends: NEVER },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ name, scopes, ends }) => {
    try {
      onMade(await createToken.mutateAsync({ name, scopes, expires_at: endAfter(ends) }));
    } catch (error) {
      showProblem(error, { setError, fields: ["name", "scopes"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <FormField label={settingsTexts.tokenName} hint={settingsTexts.tokenNameHint} error={errors.name?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("name", { validate: (name) => name.trim() !== "" || settingsTexts.tokenNameRequired })}
            autoComplete="off"
            maxLength={MAX_NAME_LENGTH}
          />
        )}
      </FormField>
      <Controller
        control={control}
        name="scopes"
        rules={{ validate: (scopes) => scopes.length > 0 || settingsTexts.scopesRequired }}
        render={({ field: { value, onChange } }) => (
          <ScopeChoice offered={scopesFor(station)} chosen={value} onChange={onChange} error={errors.scopes?.message} />
        )}
      />
      <Controller
        control={control}
        name="ends"
        render={({ field: { value, onChange } }) => (
          <FormField label={settingsTexts.ends}>
            {(props) => <EndChoice {...props} value={value} onChange={onChange} />}
          </FormField>
        )}
      />
      <FormError message={errors.root?.message} />
      <DialogFooter>
        <Button variant="outline" onClick={onCancel}>
          {commonTexts.cancel}
        </Button>
        <Button type="submit" disabled={isSubmitting}>
          {settingsTexts.create}
        </Button>
      </DialogFooter>
    </form>
  );
}

function ScopeChoice({
  offered,
  chosen,
  onChange,
  error,
}: {
  offered: readonly Scope[];
  chosen: readonly Scope[];
  onChange: (scopes: Scope[]) => void;
  error: string | undefined;
}) {
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">{settingsTexts.scopes}</legend>
      {offered.map((scope) => (
        <label key={scope} htmlFor={`${id}-${scope}`} className="flex min-h-9 items-start gap-3 py-1 text-sm">
          <Checkbox
            id={`${id}-${scope}`}
            className="mt-0.5"
            checked={chosen.includes(scope)}
            onCheckedChange={(isChosen) =>
              onChange(isChosen ? [...chosen, scope] : chosen.filter((other) => other !== scope))
            }
          />
          <span>
            <code className="text-xs font-medium">{scope}</code>
            <span className="block text-muted-foreground">{settingsTexts.scopeHints[scope]}</span>
          </span>
        </label>
      ))}
      <FormError message={error} />
    </fieldset>
  );
}

function EndChoice({
  value,
  onChange,
  ...props
}: {
  value: string;
  onChange: (value: string) => void;
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}) {
  return (
    <Select value={value} onValueChange={onChange}>
      <SelectTrigger {...props}>
        <SelectValue />
      </SelectTrigger>
      <SelectContent>
        <SelectItem value={NEVER}>{settingsTexts.endsNever}</SelectItem>
        {Object.entries(settingsTexts.endsAfter).map(([days, label]) => (
          <SelectItem key={days} value={days}>
            {label}
          </SelectItem>
        ))}
      </SelectContent>
    </Select>
  );
}
