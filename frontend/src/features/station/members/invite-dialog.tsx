import { useForm } from "react-hook-form";
import type { InvitationCreate, InvitationSent, Role } from "@/client";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import { NativeSelect } from "@/components/ui/native-select";
import { EMAIL_PATTERN } from "@/lib/email";
import { showProblem } from "@/lib/form-errors";
import { useStation } from "@/lib/station";
import { roleTexts } from "@/texts/roles";
import { invitationsTexts } from "@/texts/station";
import { useCreateInvitation } from "../queries/create-invitation";

const ROLES = Object.keys(roleTexts) as Role[];

/** Asks somebody to join, with a role. */
export function InviteDialog({ onSent, onClose }: { onSent: (sent: InvitationSent) => void; onClose: () => void }) {
  const station = useStation();
  const { mutateAsync: invite } = useCreateInvitation(station.id);
  const { register, handleSubmit, setError, watch, formState } = useForm<InvitationCreate>({
    defaultValues: { email: "", role: "editor" },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      onSent(await invite({ ...values, email: values.email.trim() }));
    } catch (error) {
      showProblem(error, { setError, fields: ["email", "role"] });
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
      <FormField label={invitationsTexts.email} error={errors.email?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("email", {
              validate: (email) => EMAIL_PATTERN.test(email.trim()) || invitationsTexts.emailWrong,
            })}
            type="email"
            autoComplete="off"
          />
        )}
      </FormField>
      <FormField label={invitationsTexts.role} hint={roleTexts[watch("role")].hint} error={errors.role?.message}>
        {(props) => (
          <NativeSelect {...props} {...register("role")} className="h-10">
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
