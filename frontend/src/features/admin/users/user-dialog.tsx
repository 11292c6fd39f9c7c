import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import type { UserPublic } from "@/client";
import { EmailField, FullNameField } from "@/components/account-fields";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";
import { fieldOf } from "@/lib/field-of";
import { emailRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { useUser } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { usersTexts } from "@/texts/admin";
import { commonTexts } from "@/texts/common";
import { useCreateUser } from "../queries/create-user";
import { useUpdateUser } from "../queries/update-user";
import { PasswordFields } from "./password-fields";
import { bodyOf, changesOf, FIELDS, type UserValues, valuesOf } from "./user-values";

/** Makes an account, or changes one. */
export function UserDialog({ user, onClose }: { user: UserPublic | null; onClose: () => void }) {
  const { mutateAsync: create } = useCreateUser();
  const { mutateAsync: update } = useUpdateUser();
  const own = useUser();
  const form = useForm<UserValues>({ defaultValues: valuesOf(user), mode: "onBlur" });

  const submit = form.handleSubmit(async (values) => {
    try {
      if (user === null) await create(bodyOf(values));
      else await update({ userId: user.id, changes: changesOf(values, user) });
      notify.success(user === null ? usersTexts.created : usersTexts.updated);
      onClose();
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: FIELDS });
    }
  });

  return (
    <FormDialog
      title={user === null ? usersTexts.add : usersTexts.edit}
      description={user === null ? usersTexts.addHint : usersTexts.editHint}
      submitLabel={commonTexts.save}
      error={form.formState.errors.root?.message}
      isSubmitting={form.formState.isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <WhoItIs form={form} />
      <PasswordFields form={form} isRequired={user === null} />
      <WhatTheyMayDo form={form} isOwn={user?.id === own.id} />
    </FormDialog>
  );
}

function WhoItIs({ form }: { form: UseFormReturn<UserValues> }) {
  return (
    <>
      <EmailField {...fieldOf(form, "email", emailRules)} autoComplete="off" placeholder={accountTexts.email} />
      <FullNameField {...fieldOf(form, "full_name")} autoComplete="off" placeholder={accountTexts.fullName} />
    </>
  );
}

/** Nobody closes their own account here. */
function WhatTheyMayDo({ form: { control, formState }, isOwn }: { form: UseFormReturn<UserValues>; isOwn: boolean }) {
  return (
    <>
      <FormField label={usersTexts.role} hint={usersTexts.adminHint} error={formState.errors.role?.message}>
        {(props) => (
          <Controller
            control={control}
            name="role"
            render={({ field }) => (
              <Select value={field.value} onValueChange={field.onChange}>
                <SelectTrigger {...props}>
                  <SelectValue />
                </SelectTrigger>
                <SelectContent>
                  <SelectItem value="user">{usersTexts.roles.user}</SelectItem>
                  <SelectItem value="admin">{usersTexts.roles.admin}</SelectItem>
                </SelectContent>
              </Select>
            )}
          />
        )}
      </FormField>
      {!isOwn && (
        <Controller
          control={control}
          name="is_active"
          render={({ field }) => (
            <div className="flex items-center gap-2.5">
              <Checkbox
                id="user-is-active"
                checked={field.value}
                onCheckedChange={(isChecked) => field.onChange(isChecked === true)}
              />
              <Label htmlFor="user-is-active">{usersTexts.isActive}</Label>
            </div>
          )}
        />
      )}
    </>
  );
}
