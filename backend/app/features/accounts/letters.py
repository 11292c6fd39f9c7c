"""What the mails of this room say, and where their links lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app.features.accounts import mail, queries
from app.features.accounts.mail import MailNotConfigured, Template
from app.models import Role, Station, User

# A person makes the account and another one reads of it, perhaps on Monday.
NEW_ACCOUNT_LINK_LIFE = timedelta(hours=72)
ORIGIN_UNKNOWN = "an address that is not known"


@dataclass(frozen=True)
class Letters:
    """The mails of one request. Where no mail can be sent, those that only tell something are left out."""

    is_mail_configured: bool
    public_url: str
    # The address that the request came from.
    origin: str | None
    now: datetime

    def require_mail(self, *, otherwise: str) -> None:
        """Raises MailNotConfigured where no mail can be sent, and says what to do."""
        if not self.is_mail_configured:
            raise MailNotConfigured(otherwise)

    def password_reset(self, session: Session, *, to: str, token: str, life: timedelta, is_for_nobody: bool) -> None:
        """The link to choose a new password, or for nobody the same work."""
        context = self.reset_context(to, token, life)
        self._queue_unless(
            session, Template.PASSWORD_RESET, to=to, life=life, context=context, is_for_nobody=is_for_nobody
        )

    def new_address(self, session: Session, *, to: str, token: str, life: timedelta, is_for_nobody: bool) -> None:
        """The link to confirm a new address, or for nobody the same work."""
        context = {"email": to, "link": address_link(self.public_url, token), "valid_for": in_words(life)}
        self._queue_unless(
            session, Template.NEW_ADDRESS, to=to, life=life, context=context, is_for_nobody=is_for_nobody
        )

    def reset_context(self, email: str, token: str, life: timedelta) -> dict[str, str]:
        """What the mail with the link to choose a new password says."""
        return {"email": email, "link": password_link(self.public_url, token), "valid_for": in_words(life)}

    def new_account(self, session: Session, *, user: User, made_by: User, token: str) -> None:
        """The link to choose a password for an account that somebody else has made."""
        context = self.reset_context(user.email, token, NEW_ACCOUNT_LINK_LIFE) | {"made_by": made_by.email}
        self._queue(session, Template.NEW_ACCOUNT, to=user.email, life=NEW_ACCOUNT_LINK_LIFE, context=context)

    def invitation(
        self, session: Session, *, to: str, station: Station, role: Role, inviter: User, token: str, life: timedelta
    ) -> None:
        """The link to join a station."""
        context = {
            "station": station.name,
            "role": role.value,
            "invited_by": inviter.full_name or inviter.email,
            "link": invitation_link(self.public_url, token),
            "valid_for": in_words(life),
        }
        self._queue(session, Template.INVITATION, to=to, life=life, context=context)

    def security_notices(self, session: Session, *, to: Sequence[str], event: str) -> None:
        """Tell these addresses what was done, so that whoever did not do it can do something about it."""
        if not self.is_mail_configured:
            return
        said = {
            "event": event,
            "at": f"{self.now:%Y-%m-%d %H:%M} UTC",
            "origin": self.origin or ORIGIN_UNKNOWN,
            "link": f"{self.public_url}/reset-password",
        }
        for email in to:
            mail.queue(
                session, template=Template.SECURITY_NOTICE, to=email, context=said | {"email": email}, now=self.now
            )

    def _queue_unless(
        self,
        session: Session,
        template: Template,
        *,
        to: str,
        life: timedelta,
        context: dict[str, str],
        is_for_nobody: bool,
    ) -> None:
        """Queue a mail, and take it back when it is for nobody.

        How long the answer takes must not tell which it was, so the same is done in both cases: the same statements, and
        what is taken back was written before.
        """
        job_id = self._queue(session, template, to=to, life=life, context=context)
        session.flush()
        queries.delete_job_if(session, job_id, is_unwanted=is_for_nobody)

    def _queue(
        self, session: Session, template: Template, *, to: str, life: timedelta, context: dict[str, str]
    ) -> UUID:
        give_up_at = self.now + min(life, mail.WORTH_SENDING)
        return mail.queue(session, template=template, to=to, context=context, now=self.now, give_up_at=give_up_at)


def password_link(public_url: str, token: str) -> str:
    """Where a password is chosen. The token stands in the fragment, which browsers send to nobody: no log has it."""
    return f"{public_url}/reset-password#token={token}"


def address_link(public_url: str, token: str) -> str:
    """Where a new address is confirmed."""
    return f"{public_url}/confirm-email#token={token}"


def invitation_link(public_url: str, token: str) -> str:
    """Where somebody joins a station."""
    return f"{public_url}/invitation#token={token}"


def in_words(life: timedelta) -> str:
    """How long a link works, as it is said to people: 1 hour, 7 days."""
    hours = round(life.total_seconds() / 3600)
    number, unit = (hours // 24, "day") if hours >= 96 and hours % 24 == 0 else (hours, "hour")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
