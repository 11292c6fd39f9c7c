import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useRouterState } from "@tanstack/react-router";
import { LoginForm } from "@/components/login-form";
import { PublicPage } from "@/components/public-page";
import { sessionQuery, useKeepSession } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { textLinkClasses } from "./public-pages";
import { setupStateQuery } from "./queries/read-setup-state";

export function LoginScreen() {
  const keepSession = useKeepSession();
  const navigate = useNavigate();
  const from = useRouterState({ select: ({ location }) => location.state.from });
  // The form does not wait for this: whoever has an account needs nothing else.
  const { data: state } = useQuery(setupStateQuery());
  if (state?.is_needed) return <Navigate to="/setup" replace={true} />;
  return (
    <PublicPage title={accountTexts.logInTitle}>
      <LoginForm
        onLoggedIn={(session) => {
          keepSession(session);
          void navigate({ href: from ?? "/" });
        }}
      >
        <Link to="/recover-password" className={`self-end text-sm ${textLinkClasses}`}>
          {accountTexts.forgotPassword}
        </Link>
      </LoginForm>
      <p className="text-center text-sm break-words text-muted-foreground">
        <OtherWay isRegistrationOpen={state?.is_registration_open === true} />
      </p>
    </PublicPage>
  );
}

/** For who is logged in already, or has no account yet; nothing until it is known which. */
function OtherWay({ isRegistrationOpen }: { isRegistrationOpen: boolean }) {
  const { data: session } = useQuery(sessionQuery());
  if (session === undefined) return null;
  if (session !== null) {
    return (
      <>
        {accountTexts.loggedInAs(session.user.email)}{" "}
        <Link to="/" className={textLinkClasses}>
          {accountTexts.goToday}
        </Link>
      </>
    );
  }
  return (
    isRegistrationOpen && (
      <>
        {accountTexts.noAccount}{" "}
        <Link to="/signup" className={textLinkClasses}>
          {accountTexts.signUp}
        </Link>
      </>
    )
  );
}
