"""Mails that are queued in a transaction, and what brings them about."""

from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, col, select

from app.core.config import Settings
from app.features.accounts.letters import Letters
from app.models import Job
from app.tests.factories import LONG_AGO

PUBLIC_URL = "http://tracker.test"
WITHOUT_MAIL = Letters(is_mail_configured=False, public_url=PUBLIC_URL, origin="192.0.2.7", now=LONG_AGO)
WITH_MAIL = Letters(is_mail_configured=True, public_url=PUBLIC_URL, origin="192.0.2.7", now=LONG_AGO)


def that_send_mail(settings: Settings) -> Settings:
    """The same settings, with a server that takes mail."""
    said = {"smtp_host": "mail.test", "emails_from_email": "tracker@example.com", "smtp_password": SecretStr("x")}
    return settings.model_copy(update=said)


def queued(session: Session) -> list[dict[str, Any]]:
    """The mails that are waiting to be sent: template, to, context."""
    return [job.payload for job in session.exec(select(Job).order_by(col(Job.made_at), col(Job.id)))]


def token_of(link: str) -> str:
    """What stands behind the page of a link."""
    return link.partition("#token=")[2]
