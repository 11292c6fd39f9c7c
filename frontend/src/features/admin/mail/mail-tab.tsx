import { useQuery } from "@tanstack/react-query";
import { MailCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { EmailField } from "@/components/account-fields";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { FormError } from "@/components/form-error";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { fieldOf } from "@/lib/field-of";
import { emailRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { useUser } from "@/lib/session";
import { mailTestTexts as texts } from "@/texts/admin";
import { healthQuery } from "../queries/read-health";
import { useSendTestMail } from "../queries/send-test-mail";

/** Whether mail arrives. */
export function MailTab() {
  const { data: health, error, refetch } = useQuery(healthQuery());
  return (
    <Card className="max-w-2xl">
      <CardHeader>
        <div>
          <CardTitle>{texts.title}</CardTitle>
          <CardDescription>{texts.hint}</CardDescription>
        </div>
      </CardHeader>
      {health === undefined ? (
        error === null ? (
          <RowsSkeleton rows={2} />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : health.mail_server === null ? (
        <Alert variant="warning">
          <TriangleAlert aria-hidden="true" />
          <p>{texts.off}</p>
        </Alert>
      ) : (
        <TestForm server={health.mail_server} />
      )}
    </Card>
  );
}

function TestForm({ server }: { server: string }) {
  const user = useUser();
  const { mutateAsync: send } = useSendTestMail();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({ defaultValues: { email_to: user.email } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ email_to: typed }) => {
    setSentTo(null);
    try {
      await send(typed.trim());
      setSentTo(typed.trim());
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["email_to"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <EmailField
        {...fieldOf(form, "email_to", emailRules)}
        label={texts.to}
        hint={texts.by(server)}
        autoComplete="email"
      />
      <FormError message={errors.root?.message} />
      <Button type="submit" className="self-start" disabled={isSubmitting}>
        {texts.send}
      </Button>
      <div role="status">
        {sentTo !== null && (
          <Alert variant="info">
            <MailCheck aria-hidden="true" />
            <p>{texts.sent(sentTo)}</p>
          </Alert>
        )}
      </div>
    </form>
  );
}
