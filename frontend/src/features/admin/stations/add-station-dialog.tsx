import { type UseFormReturn, useForm } from "react-hook-form";
import type { Purpose } from "@/client";
import { EmailField } from "@/components/account-fields";
import { FormDialog } from "@/components/form-dialog";
import type { InvitationLink } from "@/components/invitation-link-dialog";
import { CallSignField, PurposeField, StationNameField, ZoneField } from "@/components/station-fields";
import { fieldOf } from "@/lib/field-of";
import { emailRules, stationNameRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { ownZone } from "@/lib/format";
import { notify } from "@/lib/notify";
import { messageOf } from "@/lib/problem";
import { instanceStationsTexts as texts } from "@/texts/admin";
import { type MadeStation, useCreateStation } from "../queries/create-station";

type Values = { name: string; purpose: Purpose; zone: string; call_sign: string; owner: string };

/** Says what became of it, and of its owner. */
function tell({ station, owner }: MadeStation, email: string, onLink: (link: InvitationLink) => void): void {
  if (owner.kind === "failed") {
    notify.error(texts.ownerFailed(station.name, messageOf(owner.error)));
    return;
  }
  const outcomes = {
    none: undefined,
    added: texts.ownerAdded(email),
    invited: owner.kind === "invited" && owner.link === null ? texts.ownerInvited(email) : undefined,
  };
  const description = outcomes[owner.kind];
  notify.success(texts.created(station.name), description === undefined ? {} : { description });
  if (owner.kind === "invited" && owner.link !== null) onLink({ email, link: owner.link });
}

/** A new station, with an owner. */
export function AddStationDialog({ onClose, onLink }: { onClose: () => void; onLink: (link: InvitationLink) => void }) {
  const { mutateAsync: create } = useCreateStation();
  const form = useForm<Values>({
    defaultValues: { name: "", purpose: "radio", zone: ownZone(), call_sign: "", owner: "" },
  });

  const submit = form.handleSubmit(async ({ owner, call_sign: callSign, ...rest }) => {
    const ownerEmail = owner.trim();
    try {
      const made = await create({ body: { ...rest, call_sign: callSign.trim() || null }, ownerEmail });
      onClose();
      tell(made, ownerEmail, onLink);
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["name", "purpose", "zone", "call_sign"] });
    }
  });

  return (
    <FormDialog
      title={texts.addTitle}
      description={texts.addHint}
      submitLabel={texts.create}
      error={form.formState.errors.root?.message}
      isSubmitting={form.formState.isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <Fields form={form} />
    </FormDialog>
  );
}

function Fields({ form }: { form: UseFormReturn<Values> }) {
  return (
    <div className="grid grid-cols-1 gap-x-4 gap-y-3.5 sm:grid-cols-2">
      <StationNameField {...fieldOf(form, "name", stationNameRules)} className="sm:col-span-2" />
      <PurposeField {...fieldOf(form, "purpose")} />
      <CallSignField {...fieldOf(form, "call_sign")} />
      <ZoneField control={form.control} name="zone" className="sm:col-span-2" />
      <EmailField
        {...fieldOf(form, "owner", { pattern: emailRules.pattern })}
        label={texts.owner}
        hint={texts.ownerHint}
        isOptional={true}
        autoComplete="off"
        className="sm:col-span-2"
      />
    </div>
  );
}
