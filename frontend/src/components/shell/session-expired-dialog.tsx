import { LoginForm } from "@/components/login-form";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { basePath } from "@/lib/base-path";
import { leavePage, useKeepSession, useUser } from "@/lib/session";
import { shellTexts } from "@/texts/shell";

/** Asks for the password over whatever was on the screen, which stays as it is. */
export function SessionExpiredDialog() {
  const user = useUser();
  const keepSession = useKeepSession();
  return (
    <Dialog open={true}>
      <DialogContent
        isClosable={false}
        data-testid="session-expired"
        onEscapeKeyDown={(event) => event.preventDefault()}
        onOpenAutoFocus={(event) => {
          // The address is known and cannot be changed: the password is what is missing.
          event.preventDefault();
          if (event.target instanceof Element) event.target.querySelector<HTMLElement>("[type=password]")?.focus();
        }}
      >
        <DialogHeader>
          <DialogTitle>{shellTexts.sessionExpired}</DialogTitle>
          <DialogDescription>{shellTexts.sessionExpiredHint}</DialogDescription>
        </DialogHeader>
        <LoginForm email={user.email} onLoggedIn={keepSession} />
        <p className="text-sm text-muted-foreground">
          <Button
            variant="link"
            className="h-9 px-0"
            onClick={() => leavePage(() => window.location.assign(`${basePath}/login`))}
          >
            {shellTexts.otherUser}
          </Button>{" "}
          {shellTexts.otherUserHint}
        </p>
      </DialogContent>
    </Dialog>
  );
}
