import { MailCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useForm } from "react-hook-form";
import type { UserPublic } from "@/client";
import { CurrentPasswordField, EmailField, FullNameField } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { UnsavedGuard } from "@/components/unsaved-guard";
import { fieldOf } from "@/lib/field-of";
import { emailRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { Problem } from "@/lib/problem";
import { useUser } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { commonTexts } from "@/texts/common";
import { settingsTexts } from "@/texts/settings";
import { useUpdateProfile } from "../queries/update-profile";

/** Name and address, which are changed by `Edit`. */
export function ProfileTab() {
  const user = useUser();
  const [isEditing, setEditing] = useState<boolean | null>(null);
  // What had the focus goes with each step, so what comes in its place has it.
  const editButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isEditing === false) editButton.current?.focus();
  }, [isEditing]);
  // An address that was asked for and is not confirmed yet.
  const [waiting, setWaiting] = useState<string | null>(null);

  return (
    <Card>
      <CardHeader>
        <CardTitle>{settingsTexts.profileTitle}</CardTitle>
      </CardHeader>
      {waiting !== null && (
        <Alert variant="info" role="status">
          <MailCheck aria-hidden="true" />
          <p className="break-words">{settingsTexts.addressWaits(waiting, user.email)}</p>
        </Alert>
      )}
      {isEditing ? (
        <ProfileForm
          user={user}
          onCancel={() => setEditing(false)}
          onSaved={(waitingEmail) => {
            setEditing(false);
            setWaiting(waitingEmail);
          }}
        />
      ) : (
        <form className="flex flex-col gap-4" onSubmit={(event) => event.preventDefault()}>
          <dl className="flex flex-col gap-4">
            <Given term={accountTexts.fullName} value={user.full_name} />
            <Given term={accountTexts.email} value={user.email} />
          </dl>
          <Button ref={editButton} variant="outline" className="self-start" onClick={() => setEditing(true)}>
            {commonTexts.edit}
          </Button>
        </form>
      )}
    </Card>
  );
}

function Given({ term, value }: { term: string; value: string | null }) {
  return (
    <div className="flex flex-col gap-0.5">
      <dt className="text-sm text-muted-foreground">{term}</dt>
      <dd className={value === null ? "text-muted-foreground" : "font-medium break-words"}>
        {value ?? settingsTexts.notGiven}
      </dd>
    </div>
  );
}

function ProfileForm({
  user,
  onCancel,
  onSaved,
}: {
  user: UserPublic;
  onCancel: () => void;
  onSaved: (waitingEmail: string | null) => void;
}) {
  const update = useUpdateProfile();
  const form = useForm({
    mode: "onTouched",
    defaultValues: { full_name: user.full_name ?? "", email: user.email, current_password: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const { setFocus } = form;
  useEffect(() => setFocus("full_name"), [setFocus]);
  const email = form.watch("email").trim();
  const isNewAddress = email !== "" && email.toLowerCase() !== user.email.toLowerCase();

  const submit = form.handleSubmit(async ({ full_name, current_password }) => {
    try {
      const updated = await update.mutateAsync({ full_name, ...(isNewAddress && { email, current_password }) });
      const isWaiting = isNewAddress && updated.email === user.email;
      notify.success(settingsTexts.userUpdated);
      onSaved(isWaiting ? email : null);
    } catch (error) {
      if (error instanceof Problem && error.code === "wrong_password") {
        form.setError("current_password", { message: error.message }, { shouldFocus: true });
      } else if (error instanceof Problem && error.code === "email_taken") {
        form.setError("email", { message: error.message }, { shouldFocus: true });
      } else showProblem(error, { setError: form.setError, fields: ["full_name", "email", "current_password"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <FullNameField {...fieldOf(form, "full_name")} />
      <EmailField {...fieldOf(form, "email", emailRules)} />
      {isNewAddress && (
        <CurrentPasswordField
          {...fieldOf(form, "current_password", { required: settingsTexts.currentPasswordRequired })}
          hint={settingsTexts.newAddressHint}
        />
      )}
      <FormError message={errors.root?.message} />
      <UnsavedGuard form={form} />
      <div className="flex gap-2">
        <Button type="submit" disabled={isSubmitting}>
          {commonTexts.save}
        </Button>
        <Button variant="outline" onClick={onCancel} disabled={isSubmitting}>
          {commonTexts.cancel}
        </Button>
      </div>
    </form>
  );
}
