"""Forgotten passwords, and the links of mails to an account's owner."""

from datetime import timedelta

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from app.api.deps import AuditDep, LettersDep, LimiterDep, OpenAuditDep, RuntimeDep, SessionDep, get_superuser
from app.api.examples import HTML_EXAMPLE
from app.api.problems import link_problems, problems
from app.core.config import Settings
from app.core.errors import TooManyTries
from app.core.security import TooManyLogins
from app.features.accounts import attempts, recovery
from app.features.accounts.mail import MailNotConfigured
from app.features.accounts.schemas import Email, Link, Message, NewPassword
from app.features.accounts.service import EmailTaken, LinkInvalid, RoleTooLow, UserNotFound
from app.features.audit.actions import Action

router = APIRouter()

# A mail brings its own style, and nothing else.
MAIL_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
ASKED = "If there is an account with this address, a mail with a link to choose a new password is on its way to it."


def reset_link_life(settings: Settings) -> timedelta:
    """How long a link works that somebody asked for."""
    return timedelta(hours=settings.email_reset_token_expire_hours)


@router.post("/password-recovery/{email}", responses=problems(MailNotConfigured, TooManyTries))
def recover_password(
    email: Email,
    session: SessionDep,
    limiter: LimiterDep,
    letters: LettersDep,
    audit: OpenAuditDep,
    runtime: RuntimeDep,
) -> Message:
    """Ask for a link to choose a new password. Whether there is an account with this address is not said."""
    letters.require_mail(otherwise=recovery.ASK_SOMEBODY)
    attempts.count_mail(limiter, "password_reset", email=email)
    life = reset_link_life(runtime.settings)
    user_id = recovery.ask_for_password_link(session, letters=letters, email=email, life=life)
    audit.note(Action.PASSWORD_LINK_ASKED, subject_id=user_id)
    return Message(message=ASKED)


@router.post(
    "/password-recovery-html-content/{email}",
    dependencies=[Depends(get_superuser)],
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {"example": HTML_EXAMPLE}}}, **problems(RoleTooLow, UserNotFound)},
)
def recover_password_html_content(
    email: Email, session: SessionDep, letters: LettersDep, audit: AuditDep, runtime: RuntimeDep
) -> HTMLResponse:
    """The mail with a link to choose a new password, to hand on in another way. Earlier links are dead. For superusers."""
    subject, html = recovery.write_password_mail(
        session, audit=audit, letters=letters, email=email, life=reset_link_life(runtime.settings)
    )
    return HTMLResponse(html, headers=MAIL_HEADERS | {"Subject": subject})


@router.post("/reset-password/", responses=link_problems(LinkInvalid, TooManyTries, TooManyLogins))
def reset_password(
    wanted: NewPassword, session: SessionDep, limiter: LimiterDep, letters: LettersDep, audit: OpenAuditDep
) -> Message:
    """Choose a new password by the token of a link, which works once. Every session and API token of the account ends."""
    with attempts.link_tried(session, limiter=limiter):
        user = recovery.reset_password(session, letters=letters, token=wanted.token, new_password=wanted.new_password)
    audit.known_as(user.id).note(Action.PASSWORD_RESET, subject_id=user.id)
    return Message(message="Your password is changed. Log in with it.")


@router.post("/confirm-email/", responses=link_problems(LinkInvalid, EmailTaken, TooManyTries))
def confirm_email(
    link: Link, session: SessionDep, limiter: LimiterDep, letters: LettersDep, audit: OpenAuditDep
) -> Message:
    """Confirm a new address by the token of the link that was sent to it. Every session of the account ends."""
    with attempts.link_tried(session, limiter=limiter):
        user = recovery.confirm_address(session, letters=letters, token=link.token)
    audit.known_as(user.id).note(Action.ADDRESS_CONFIRMED, subject_id=user.id)
    return Message(message="Your address is changed. Log in with it from now on.")
