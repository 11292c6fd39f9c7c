import type { UseFormReturn } from "react-hook-form";
import { ConfirmPasswordField, FirstPasswordField } from "@/components/account-fields";
import { fieldOf } from "@/lib/field-of";
import { confirmationRules, newPasswordRules } from "@/lib/field-rules";
import { accountTexts } from "@/texts/account";
import { usersTexts } from "@/texts/admin";
import type { UserValues } from "./user-values";

/** A password, twice; of an account that is there both may be left empty. */
export function PasswordFields({ form, isRequired }: { form: UseFormReturn<UserValues>; isRequired: boolean }) {
  const { confirm: isConfirmTouched } = form.formState.touchedFields;
  const password = fieldOf(form, "password", {
    ...newPasswordRules,
    required: isRequired && newPasswordRules.required,
    deps: isConfirmTouched ? ["confirm"] : [],
  });
  const confirmation = fieldOf(form, "confirm", {
    ...confirmationRules("password"),
    required: isRequired && accountTexts.confirmationRequired,
  });
  return (
    <>
      <FirstPasswordField
        {...password}
        {...(!isRequired && { hint: usersTexts.newPasswordHint })}
        placeholder={accountTexts.password}
      />
      <ConfirmPasswordField {...confirmation} placeholder={accountTexts.password} />
    </>
  );
}
