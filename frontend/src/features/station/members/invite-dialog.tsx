import { useForm } from "react-hook-form";
import type { InvitationCreate, InvitationSent } from "@/client";
import { EmailField } from "@/components/account-fields";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { NativeSelect } from "@/components/ui/native-select";
import { fieldOf } from "@/lib/field-of";
import { emailRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { useStation } from "@/lib/station";
import { ROLES, roleTexts } from "@/texts/roles";
import { invitationsTexts } from "@/texts/station";
import { useCreateInvitation } from "../queries/create-invitation";

/** Asks somebody to join, with a role. */
export function InviteDialog({ onSent, onClose }: { onSent: (sent: InvitationSent) => void; onClose: () => void }) {
  const station = useStation();
  const { mutateAsync: invite } = useCreateInvitation(station.id);
  const form = useForm<InvitationCreate>({ defaultValues: { email: "", role: "editor" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      onSent(await invite({ ...values, email: values.email.trim() }));
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["email", "role"] });
    }
  });

  return (
    <FormDialog
      title={invitationsTexts.inviteTitle}
      description={invitationsTexts.inviteHint}
      submitLabel={invitationsTexts.send}
      error={errors.root?.message}
      isSubmitting={isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <EmailField {...fieldOf(form, "email", emailRules)} autoComplete="off" />
      <FormField label={invitationsTexts.role} hint={roleTexts[form.watch("role")].hint} error={errors.role?.message}>
        {(props) => (
          <NativeSelect {...props} {...form.register("role")} className="h-10">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {roleTexts[role].name}
              </option>
            ))}
          </NativeSelect>
        )}
      </FormField>
    </FormDialog>
  );
}
