"""Mail: what is written, and to whom. It is queued in the transaction that gives the reason, and sent by a job after it.

What each template takes stands in CONTEXTS; a value is text, a number, or for `weekly` a list of such by name. Times come
in as text, local and with their zone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.core.config import Settings
from app.core.errors import Conflict
from app.models import Job, JobKind

# Of a mail without a link that ends sooner.
WORTH_SENDING = timedelta(days=1)


class Template(StrEnum):
    """What a mail is about; its sources have this name."""

    NEW_ACCOUNT = "new_account"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  a name
    TEST_MAIL = "test_mail"
    SECURITY_NOTICE = "security_notice"
    WEEKLY = "weekly"
    DECK_QUIET = "deck_quiet"


CONTEXTS: dict[Template, frozenset[str]] = {
    # How long a link is good is said in words: 48 hours.
    Template.NEW_ACCOUNT: frozenset({"email", "made_by", "link", "valid_for"}),
    Template.INVITATION: frozenset({"station", "role", "invited_by", "link", "valid_for"}),
    Template.PASSWORD_RESET: frozenset({"email", "link", "valid_for"}),
    Template.TEST_MAIL: frozenset({"email", "sent_by"}),
    # The event is a sentence; the origin is the address that it came from, or words that say that it is not known.
    Template.SECURITY_NOTICE: frozenset({"email", "event", "at", "origin", "link"}),
    # Lists: top of title, count and before_count; unused of title and last_used; quiet of deck and since; gaps of start,
    # end and length.
    Template.WEEKLY: frozenset(
        {"station", "week", "count", "before_count", "top", "unused", "quiet", "gaps", "link", "stop_link"}
    ),
    Template.DECK_QUIET: frozenset({"station", "deck", "last_heard", "usual", "link"}),
}


class MailNotConfigured(Conflict):
    """No SMTP server is set, so no mail can be sent."""

    code = "mail_not_configured"
    default_detail = "This server sends no mail: whoever runs it has to set SMTP_HOST and EMAILS_FROM_EMAIL."


def require_mail(settings: Settings) -> None:
    """Raises MailNotConfigured where mail cannot be sent."""
    if not settings.is_mail_configured:
        raise MailNotConfigured


def queue(
    session: Session,
    *,
    template: Template,
    to: str,
    context: Mapping[str, Any],
    now: datetime,
    give_up_at: datetime | None = None,
) -> None:
    """Have a mail sent once the session's transaction is committed; if that fails, there is none.

    It is tried for a day, or until `give_up_at`, when its link would be of no use any more. Until it is sent or given up,
    what it says lies in the database, a link with its token too. Raises ValueError when the context is not what the
    template takes: a mistake of the caller's that should show at once.
    """
    if context.keys() != CONTEXTS[template]:
        msg = f"{template} takes {sorted(CONTEXTS[template])}, not {sorted(context)}"
        raise ValueError(msg)
    session.add(
        Job(
            kind=JobKind.MAIL,
            payload={"template": template, "to": to, "context": dict(context)},
            made_at=now,
            due_at=now,
            give_up_at=give_up_at or now + WORTH_SENDING,
        )
    )
