import type { UseFormReturn } from "react-hook-form";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import { usersTexts } from "@/texts/admin";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type UserValues } from "./user-values";

function wrongWith(password: string, isRequired: boolean): string | true {
  if (password === "") return isRequired ? usersTexts.passwordRequired : true;
  if (password.length < MIN_PASSWORD_LENGTH) return usersTexts.passwordShort;
  return password.length <= MAX_PASSWORD_LENGTH || usersTexts.passwordLong;
}

/** A password, twice; of an account that is there both may be left empty. */
export function PasswordFields({
  form: { register, formState },
  isRequired,
}: {
  form: UseFormReturn<UserValues>;
  isRequired: boolean;
}) {
  const { errors } = formState;
  return (
    <>
      <FormField
        label={usersTexts.password}
        hint={isRequired ? undefined : usersTexts.newPasswordHint}
        error={errors.password?.message}
      >
        {(props) => (
          <Input
            {...props}
            {...register("password", {
              validate: (password) => wrongWith(password, isRequired),
              deps: formState.touchedFields.confirm ? ["confirm"] : [],
            })}
            type="password"
            autoComplete="new-password"
            placeholder={usersTexts.password}
          />
        )}
      </FormField>
      <FormField label={usersTexts.confirm} error={errors.confirm?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("confirm", {
              validate: (again, { password }) => again === password || usersTexts.passwordsDiffer,
            })}
            type="password"
            autoComplete="new-password"
            placeholder={usersTexts.password}
          />
        )}
      </FormField>
    </>
  );
}
