import { useQuery } from "@tanstack/react-query";
import { MailCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { FormField } from "@/components/form-field";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { EMAIL_PATTERN } from "@/lib/email";
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
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { email_to: user.email } });

  const submit = handleSubmit(async ({ email_to: typed }) => {
    setSentTo(null);
    try {
      await send(typed.trim());
      setSentTo(typed.trim());
    } catch (error) {
      showProblem(error, { setError, fields: ["email_to"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <FormField
        label={texts.to}
        hint={texts.by(server)}
        error={formState.errors.email_to?.message ?? formState.errors.root?.message}
      >
        {(props) => (
          <Input
            {...props}
            {...register("email_to", { validate: (email) => EMAIL_PATTERN.test(email.trim()) || texts.wrong })}
            type="email"
            autoComplete="email"
          />
        )}
      </FormField>
      <Button type="submit" className="self-start" disabled={formState.isSubmitting}>
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
