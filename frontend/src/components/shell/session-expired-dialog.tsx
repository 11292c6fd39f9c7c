import { LoginForm } from "@/components/login-form";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { useKeepSession, useUser } from "@/lib/session";
import { shellTexts } from "@/texts/shell";

/** Asks for the password over whatever was on the screen, which stays as it is. */
export function SessionExpiredDialog() {
  const user = useUser();
  const keepSession = useKeepSession();
  return (
    <Dialog open={true}>
      <DialogContent isClosable={false} onEscapeKeyDown={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{shellTexts.sessionExpired}</DialogTitle>
          <DialogDescription>{shellTexts.sessionExpiredHint}</DialogDescription>
        </DialogHeader>
        <LoginForm email={user.email} onLoggedIn={keepSession} />
      </DialogContent>
    </Dialog>
  );
}
