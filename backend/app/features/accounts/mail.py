"""Mail: what is written, and to whom. It is queued in the transaction that gives the reason, and sent by a job after it.

What each template takes stands in CONTEXTS; a value is text, a number, or for `weekly` a list of such by name. Times come
in as text, local and with their zone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlmodel import Session

from app.core.config import Settings
from app.core.errors import Conflict
from app.core.smtp import Refused
from app.models import Job, JobKind

BUILD = Path(__file__).resolve().parents[2] / "email-templates" / "build"
MAX_SUBJECT_LENGTH = 200
# Of a mail without a link that ends sooner.
WORTH_SENDING = timedelta(days=1)


class Template(StrEnum):
    """What a mail is about; its sources have this name."""

    NEW_ACCOUNT = "new_account"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  a name
    NEW_ADDRESS = "new_address"
    TEST_MAIL = "test_mail"
    SECURITY_NOTICE = "security_notice"
    WEEKLY = "weekly"
    DECK_QUIET = "deck_quiet"


CONTEXTS: dict[Template, frozenset[str]] = {
    # How long a link is good is said in words: 48 hours.
    Template.NEW_ACCOUNT: frozenset({"email", "made_by", "link", "valid_for"}),
    Template.INVITATION: frozenset({"station", "role", "invited_by", "link", "valid_for"}),
    Template.PASSWORD_RESET: frozenset({"email", "link", "valid_for"}),
    Template.NEW_ADDRESS: frozenset({"email", "link", "valid_for"}),
    Template.TEST_MAIL: frozenset({"email", "sent_by"}),
    # The event is a sentence; the origin is the address that it came from, or words that say that it is not known.
    Template.SECURITY_NOTICE: frozenset({"email", "event", "at", "origin", "link"}),
    # Lists: top of title, count and before_count; unused of title and last_used; quiet of deck and since; gaps of start,
    # end and length.
    Template.WEEKLY: frozenset(
        {
            "station",
            "week",
            "count",
            "before_count",
            "top",
            "unused",
            "unused_more",
            "quiet",
            "gaps",
            "link",
            "stop_link",
        }
    ),
    Template.DECK_QUIET: frozenset({"station", "deck", "last_heard", "usual", "link", "stop_link"}),
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
) -> UUID:
    """Have a mail sent once the session's transaction is committed; if that fails, there is none. Returns the job's id.

    It is tried for a day, or until `give_up_at`, when its link would be of no use any more. Until it is sent or given up,
    what it says lies in the database, a link with its token too. Raises ValueError when the context is not what the
    template takes: a mistake of the caller's that should show at once.
    """
    if context.keys() != CONTEXTS[template]:
        msg = f"{template} takes {sorted(CONTEXTS[template])}, not {sorted(context)}"
        raise ValueError(msg)
    job = Job(
        kind=JobKind.MAIL,
        payload={"template": template, "to": to, "context": dict(context)},
        made_at=now,
        due_at=now,
        give_up_at=give_up_at or now + WORTH_SENDING,
    )
    session.add(job)
    return job.id


def compose(payload: Mapping[str, Any], *, job_id: UUID, written_at: datetime, settings: Settings) -> EmailMessage:
    """The mail of a job, as HTML and as plain text. It is the same at every try, its Message-ID too, so that servers and
    mailboxes can tell that it came twice. Raises Refused for an address that cannot be written to."""
    template, context = Template(payload["template"]), _in_one_line(payload["context"])
    subject, plain = _plain(template, context)
    sender = Address(display_name=settings.emails_from_name, addr_spec=_in_ascii(settings.emails_from_email or ""))
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=_in_ascii(payload["to"]))
    message["Subject"] = subject
    message["Date"] = written_at
    message["Message-ID"] = f"<{job_id}@{sender.domain}>"
    # So that no holiday notice comes back: the standard's way, and Exchange's.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(plain)
    html = _environment().get_template(f"{template}.html").render(context, subject=subject)
    message.add_alternative(html, subtype="html")
    return message


def as_html(template: Template, context: Mapping[str, Any]) -> tuple[str, str]:
    """The subject and the HTML of a mail, for whoever hands it on in another way."""
    in_lines = _in_one_line(context)
    subject, _ = _plain(template, in_lines)
    return subject, _environment().get_template(f"{template}.html").render(in_lines, subject=subject)


def comparison(count: int, before_count: int) -> str:
    """How a week fared beside the one before it."""
    if before_count == 0:
        return "as in the week before" if count == 0 else "after a week with none"
    if count == before_count:
        return "as many as in the week before"
    more = abs(count - before_count)
    return f"{number(more)} {'more' if count > before_count else 'fewer'} than in the week before"


def number(count: int) -> str:
    """A count, with its thousands apart."""
    return f"{count:,}"


def _plain(template: Template, context: Mapping[str, Any]) -> tuple[str, str]:
    """The subject, which is the first line of a text template, and the text below it."""
    rendered = _environment().get_template(f"{template}.txt").render(context)
    first, _, text = rendered.partition("\n")
    return first.removeprefix("Subject:").strip()[:MAX_SUBJECT_LENGTH], text.strip() + "\n"


def _in_one_line(value: Any) -> Any:
    """The same, all its text without line breaks: a name must end no header, and begin no paragraph of its own."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return {name: _in_one_line(each) for name, each in value.items()}
    return [_in_one_line(each) for each in value] if isinstance(value, list) else value


def _in_ascii(address: str) -> str:
    """With the domain as the mail system writes it. Raises Refused for what is not one address, and for one with letters
    before the @ that most mail servers do not know."""
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise Refused(str(error)) from error
    if checked.ascii_email is None:
        msg = f"{address} has letters before the @-sign that are not ASCII; no mail can be sent to it"
        raise Refused(msg)
    return checked.ascii_email


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(BUILD),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(comparison=comparison, number=number)
    return environment
