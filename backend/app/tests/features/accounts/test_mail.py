"""Mail, from the reason for it to the job that sends it."""

import email
import email.policy
import re
from datetime import timedelta
from email.message import EmailMessage
from html import escape, unescape
from typing import Any
from uuid import UUID

import pytest
from jinja2 import Environment, meta
from sqlmodel import Session, select

from app.core.config import Settings
from app.core.smtp import Refused
from app.features.accounts import mail
from app.features.accounts.mail import Template
from app.models import Job
from app.tests.factories import LONG_AGO
from app.tests.mails import MAILS

JOB = UUID("0b7c2f0e-8b1c-4d3f-9a55-6f0e8c1d2a3b")
SETTINGS = Settings(_env_file=None, smtp_host="127.0.0.1", emails_from_email="tracker@example.org")

RESET = {"email": "mail@example.com", "link": "https://tracker.test/reset?token=abc", "valid_for": "2 hours"}


def test_mail_is_queued_in_the_transaction_of_its_reason(session: Session) -> None:
    with session.begin_nested() as reason:
        mail.queue(session, template=Template.PASSWORD_RESET, to="mail@example.com", context=RESET, now=LONG_AGO)
        job = session.exec(select(Job)).one()
        assert job.payload == {"template": "password_reset", "to": "mail@example.com", "context": RESET}
        assert (job.due_at, job.give_up_at) == (LONG_AGO, LONG_AGO + timedelta(days=1))
        reason.rollback()

    assert session.exec(select(Job)).all() == []


@pytest.mark.parametrize("context", [{}, {"email": "mail@example.com", "link": "x"}, {**RESET, "station": "x"}])
def test_context_that_the_template_does_not_take_is_a_mistake(session: Session, context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="password_reset takes"):
        mail.queue(session, template=Template.PASSWORD_RESET, to="mail@example.com", context=context, now=LONG_AGO)


def composed(template: Template, **given: Any) -> EmailMessage:
    """As whoever receives it reads it."""
    payload = {"template": template, "to": "somebody@example.com", "context": MAILS[template], **given}
    written = mail.compose(payload, job_id=JOB, written_at=LONG_AGO, settings=SETTINGS)
    return email.message_from_bytes(written.as_bytes(), policy=email.policy.default)


def text_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def links_of(html: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'(?:href|src)="([^"]*)"', html)}


@pytest.mark.parametrize("template", Template)
def test_every_mail_says_the_same_as_html_and_as_plain_text(template: Template) -> None:
    message = composed(template)
    plain, html = text_of(message, "plain"), text_of(message, "html")
    context = MAILS[template]

    assert message.get_content_type() == "multipart/alternative"
    assert plain.strip()
    # Whatever the lists and counts hold; a role is worded, and a count has its thousands apart.
    told = [value for value in context.values() if isinstance(value, str)]
    told += [each["title"] for name in ("top", "unused") for each in context.get(name, [])]
    assert [each for each in told if each not in plain + message["Subject"]] == []
    assert [each for each in told if escape(each, quote=True).replace("&#x27;", "&#39;") not in html] == []
    assert "{{" not in plain + html
    assert "{%" not in plain + html


@pytest.mark.parametrize("template", Template)
def test_mail_fetches_nothing_and_leads_to_the_tracker_only(template: Template) -> None:
    html = text_of(composed(template), "html")

    assert {link for link in links_of(html) if not link.startswith("https://tracker.example.org/")} == set()
    assert re.findall(r"<(?:img|script|link|iframe|object)\b|@import|url\(", html) == []
    assert "@media (prefers-color-scheme: dark)" in html


def test_mail_is_the_same_at_every_try_and_asks_for_no_automatic_answer() -> None:
    first, second = composed(Template.TEST_MAIL), composed(Template.TEST_MAIL)

    assert first["Message-ID"] == second["Message-ID"] == f"<{JOB}@example.org>"
    assert first["Date"].datetime == LONG_AGO
    assert first["From"] == "Stream Deck Button Tracker <tracker@example.org>"
    assert first["To"] == "somebody@example.com"
    assert first["Auto-Submitted"] == "auto-generated"


def test_names_become_neither_headers_nor_markup() -> None:
    evil = "Hits\r\nBcc: everybody@example.com\r\n\r\n<script>alert(1)</script>"
    message = composed(Template.INVITATION, context={**MAILS[Template.INVITATION], "station": evil})

    assert message["Bcc"] is None
    subject = "You are invited to Hits Bcc: everybody@example.com <script>alert(1)</script>"
    assert message["Subject"].strip() == subject  # a long line is folded
    assert "<script>" not in text_of(message, "html")


@pytest.mark.parametrize(
    "to", ["a@example.com\r\nBcc: b@example.com", "a@example.com, b@example.com", "nobody", "", "grün@example.com"]
)
def test_what_is_not_one_address_is_not_written_to(to: str) -> None:
    with pytest.raises(Refused, match=r"email address|@-sign"):
        composed(Template.TEST_MAIL, to=to)


def test_domain_is_written_as_mail_servers_know_it() -> None:
    assert composed(Template.TEST_MAIL, to="somebody@bücher.example.com")["To"] == "somebody@xn--bcher-kva.example.com"


def test_long_subject_is_cut() -> None:
    message = composed(Template.INVITATION, context={**MAILS[Template.INVITATION], "station": "x" * 500})

    assert len(message["Subject"].strip()) == mail.MAX_SUBJECT_LENGTH


def test_week_without_anything_to_tell_is_short() -> None:
    nothing: dict[str, Any] = {"top": [], "unused": [], "unused_more": 0, "quiet": [], "gaps": []}
    context = {**MAILS[Template.WEEKLY], **nothing, "count": 0, "before_count": 0}
    message = composed(Template.WEEKLY, context=context)

    for kind in ("plain", "html"):
        text = text_of(message, kind)
        assert "0 presses" in re.sub(r"<[^>]*>", " ", text).replace("  ", " ")
        assert [heading for heading in ("Most used", "Not used", "quiet", "Not recorded") if heading in text] == []


@pytest.mark.parametrize(
    ("count", "before_count", "words"),
    [
        (0, 0, "as in the week before"),
        (5, 0, "after a week with none"),
        (5, 5, "as many as in the week before"),
        (1312, 12, "1,300 more than in the week before"),
        (12, 13, "1 fewer than in the week before"),
    ],
)
def test_week_is_compared_in_words(count: int, before_count: int, words: str) -> None:
    assert mail.comparison(count, before_count) == words


def test_every_template_has_a_mail_to_look_at_with_what_it_takes() -> None:
    assert {template: frozenset(context) for template, context in MAILS.items()} == mail.CONTEXTS


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("kind", ["html", "txt"])
def test_template_uses_what_it_takes_and_nothing_else(template: Template, kind: str) -> None:
    source = (mail.BUILD / f"{template}.{kind}").read_text(encoding="utf-8")
    used = meta.find_undeclared_variables(Environment(autoescape=True).parse(source))
    # The subject is the text's own first line, and the counts are put into words.
    given = mail.CONTEXTS[template] | {"subject", "number", "comparison"}

    assert used <= given
    assert mail.CONTEXTS[template] <= used
