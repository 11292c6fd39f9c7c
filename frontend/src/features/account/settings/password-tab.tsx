import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { Problem } from "@/lib/problem";
import { useUser } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { settingsTexts } from "@/texts/settings";
import { confirmationRules, newPasswordRules } from "../field-rules";
import { FormError, PasswordField } from "../form-parts";
import { useChangePassword } from "../queries/change-password";

type Values = { current_password: string; new_password: string; confirmation: string };

/** Another password, for who knows the current one. */
export function PasswordTab() {
  const user = useUser();
  const change = useChangePassword();
  const { register, handleSubmit, setError, reset, formState } = useForm<Values>({
    defaultValues: { current_password: "", new_password: "", confirmation: "" },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ current_password, new_password }) => {
    try {
      await change.mutateAsync({ current_password, new_password });
      reset();
      notify.success(accountTexts.passwordUpdated, { description: settingsTexts.otherSessionsEnded });
    } catch (error) {
      if (error instanceof Problem && error.code === "wrong_password") {
        setError("current_password", { message: error.message }, { shouldFocus: true });
      } else showProblem(error, { setError, fields: ["current_password", "new_password"] });
    }
  });

  return (
    <Card>
      <CardHeader className="flex-col">
        <CardTitle>{settingsTexts.passwordTitle}</CardTitle>
        <CardDescription>{settingsTexts.passwordHint}</CardDescription>
      </CardHeader>
      <form onSubmit={submit} noValidate={true} className="flex max-w-md flex-col gap-4">
        {/* So that a browser that keeps passwords keeps the new one for the right address. */}
        <input
          type="email"
          autoComplete="username"
          value={user.email}
          readOnly={true}
          hidden={true}
          aria-hidden="true"
          tabIndex={-1}
        />
        <PasswordField
          label={accountTexts.currentPassword}
          testId="current-password-input"
          autoComplete="current-password"
          registration={register("current_password", { required: settingsTexts.currentPasswordRequired })}
          error={errors.current_password?.message}
        />
        <PasswordField
          label={accountTexts.newPassword}
          testId="new-password-input"
          hint={accountTexts.passwordHint}
          registration={register("new_password", {
            ...newPasswordRules,
            validate: (value, values) => value !== values.current_password || settingsTexts.samePassword,
          })}
          error={errors.new_password?.message}
        />
        <PasswordField
          label={accountTexts.confirmPassword}
          testId="confirm-password-input"
          registration={register("confirmation", confirmationRules("new_password"))}
          error={errors.confirmation?.message}
        />
        <FormError message={errors.root?.message} />
        <Button type="submit" className="self-start" disabled={isSubmitting}>
          {settingsTexts.updatePassword}
        </Button>
      </form>
    </Card>
  );
}
