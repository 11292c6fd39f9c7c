import { useForm } from "react-hook-form";
import type { SetupRequest, StationPublic } from "@/client";
import { EmailField, FirstPasswordField, FullNameField } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { StationNameField, ZoneField } from "@/components/station-fields";
import { Button } from "@/components/ui/button";
import { useNow } from "@/hooks/use-now";
import { fieldOf } from "@/lib/field-of";
import { emailRules, newPasswordRules, stationNameRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { formatWeekdayTime, ownZone } from "@/lib/format";
import { Problem } from "@/lib/problem";
import { setupTexts } from "@/texts/setup";
import { useSetUp } from "../queries/set-up";
import { PurposeChoice } from "./purpose-choice";

type Values = Required<Pick<SetupRequest, "email" | "password">> & {
  full_name: string;
  station: Pick<SetupRequest["station"], "name" | "purpose" | "zone">;
};

const FIELDS = ["email", "password", "full_name", "station.name", "station.purpose", "station.zone"] as const;

/** The first account, and the station that the log belongs to. */
export function AccountStep({
  token,
  onAlreadySetUp,
  onDone,
}: {
  token: string;
  onAlreadySetUp: () => void;
  onDone: (station: StationPublic) => void;
}) {
  const setUp = useSetUp();
  const form = useForm<Values>({
    defaultValues: {
      email: "",
      password: "",
      full_name: "",
      station: { name: "", purpose: "radio", zone: ownZone() },
    },
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      onDone((await setUp.mutateAsync({ token, ...values })).station);
    } catch (error) {
      if (error instanceof Problem && error.code === "already_set_up") onAlreadySetUp();
      else showProblem(error, { setError: form.setError, fields: FIELDS });
    }
  });

  return (
    <PublicPage
      title={setupTexts.accountTitle}
      eyebrow={setupTexts.step(1)}
      description={setupTexts.accountHint}
      isWide={true}
    >
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-8">
        <fieldset className="flex flex-col gap-4">
          <legend className="mb-3 text-base font-semibold">{setupTexts.yourAccount}</legend>
          <FullNameField {...fieldOf(form, "full_name")} isOptional={true} />
          <EmailField {...fieldOf(form, "email", emailRules)} />
          <FirstPasswordField {...fieldOf(form, "password", newPasswordRules)} />
        </fieldset>
        <fieldset className="flex flex-col gap-4">
          <legend className="mb-3 text-base font-semibold">{setupTexts.yourStation}</legend>
          <StationNameField
            {...fieldOf(form, "station.name", stationNameRules)}
            hint={setupTexts.stationNameHint}
            autoComplete="organization"
          />
          <PurposeChoice {...fieldOf(form, "station.purpose")} />
          <ZoneField control={form.control} name="station.zone" hint={(zone) => <TimeThere zone={zone} />} />
        </fieldset>
        <FormError message={errors.root?.message} />
        <Button type="submit" size="lg" disabled={isSubmitting}>
          {setupTexts.setUp}
        </Button>
      </form>
    </PublicPage>
  );
}

/** A time that looks right says more than the name of a zone. */
function TimeThere({ zone }: { zone: string }) {
  const now = useNow();
  return zone && setupTexts.timeThere(formatWeekdayTime(now, zone));
}
