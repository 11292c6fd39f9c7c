import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { LoginForm } from "@/components/login-form";
import { PublicPage } from "@/components/public-page";
import { useKeepSession } from "@/lib/session";
import { accountTexts } from "@/texts/account";

export function LoginScreen() {
  const keepSession = useKeepSession();
  const navigate = useNavigate();
  const from = useRouterState({ select: ({ location }) => location.state.from });
  return (
    <PublicPage title={accountTexts.logInTitle}>
      <LoginForm
        onLoggedIn={(session) => {
          keepSession(session);
          void navigate({ href: from ?? "/" });
        }}
      >
        <Link to="/recover-password" className="self-end text-sm text-primary underline-offset-4 hover:underline">
          {accountTexts.forgotPassword}
        </Link>
      </LoginForm>
      <p className="text-center text-sm text-muted-foreground">
        {accountTexts.noAccount}{" "}
        <Link to="/signup" className="text-primary underline underline-offset-4">
          {accountTexts.signUp}
        </Link>
      </p>
    </PublicPage>
  );
}
