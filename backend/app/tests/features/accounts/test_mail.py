"""Mail, from the reason for it to the job that sends it."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from app.features.accounts import mail
from app.features.accounts.mail import Template
from app.models import Job
from app.tests.factories import LONG_AGO

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
