import { useForm } from "react-hook-form";
import {
  ConfirmPasswordField,
  CurrentPasswordField,
  HiddenAddress,
  NewPasswordField,
} from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { fieldOf } from "@/lib/field-of";
import { confirmationRules, newPasswordRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { Problem } from "@/lib/problem";
import { useUser } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { settingsTexts } from "@/texts/settings";
import { useChangePassword } from "../queries/change-password";

/** Another password, for who knows the current one. */
export function PasswordTab() {
  const user = useUser();
  const change = useChangePassword();
  const form = useForm({ defaultValues: { current_password: "", new_password: "", confirmation: "" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ current_password, new_password }) => {
    try {
      await change.mutateAsync({ current_password, new_password });
      form.reset();
      notify.success(accountTexts.passwordUpdated, { description: settingsTexts.otherSessionsEnded });
    } catch (error) {
      if (error instanceof Problem && error.code === "wrong_password") {
        form.setError("current_password", { message: error.message }, { shouldFocus: true });
      } else showProblem(error, { setError: form.setError, fields: ["current_password", "new_password"] });
    }
  });

  return (
    <Card>
      <CardHeader className="flex-col">
        <CardTitle>{settingsTexts.passwordTitle}</CardTitle>
        <CardDescription>{settingsTexts.passwordHint}</CardDescription>
      </CardHeader>
      <form onSubmit={submit} noValidate={true} className="flex max-w-md flex-col gap-4">
        <HiddenAddress email={user.email} />
        <CurrentPasswordField
          {...fieldOf(form, "current_password", { required: settingsTexts.currentPasswordRequired })}
        />
        <NewPasswordField
          {...fieldOf(form, "new_password", {
            ...newPasswordRules,
            validate: (value, values) => value !== values.current_password || settingsTexts.samePassword,
          })}
        />
        <ConfirmPasswordField {...fieldOf(form, "confirmation", confirmationRules("new_password"))} />
        <FormError message={errors.root?.message} />
        <Button type="submit" className="self-start" disabled={isSubmitting}>
          {settingsTexts.updatePassword}
        </Button>
      </form>
    </Card>
  );
}
