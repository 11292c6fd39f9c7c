"""The test mail, over HTTP."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.api.deps import Runtime
from app.main import Tracker
from app.models import Job
from app.tests.api.logins import bearer
from app.tests.factories import Factory

PATH = "/api/v1/utils/test-email/"
TO = {"email_to": "Somebody@Example.com"}
SMTP = {"smtp_host": "127.0.0.1", "emails_from_email": "tracker@example.org"}


@pytest.fixture
def with_mail(client: TestClient, application: Tracker, runtime: Runtime) -> TestClient:
    application.state.runtime = replace(runtime, settings=runtime.settings.model_copy(update=SMTP))
    return client


def test_superuser_has_a_test_mail_sent(with_mail: TestClient, session: Session, make: Factory) -> None:
    chief = make.user(full_name="Dana Whitfield", is_superuser=True)
    answer = with_mail.post(PATH, params=TO, headers=bearer(session, chief))

    assert answer.status_code == 201
    assert answer.json() == {"message": "A test mail to somebody@example.com is on its way."}
    (job,) = session.exec(select(Job)).all()
    assert job.payload["to"] == "somebody@example.com"
    assert job.payload["context"] == {"email": "somebody@example.com", "sent_by": "Dana Whitfield"}


def test_server_without_smtp_says_what_to_set(client: TestClient, session: Session, make: Factory) -> None:
    answer = client.post(PATH, params=TO, headers=bearer(session, make.user(is_superuser=True)))

    assert (answer.status_code, answer.json()["code"]) == (409, "mail_not_configured")
    assert "SMTP_HOST" in answer.json()["detail"]
    assert session.exec(select(Job)).all() == []


def test_nobody_else_has_mail_sent(with_mail: TestClient, session: Session, make: Factory) -> None:
    answer = with_mail.post(PATH, params=TO, headers=bearer(session, make.user()))

    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    assert with_mail.post(PATH, params=TO).status_code == 401
    assert session.exec(select(Job)).all() == []


@pytest.mark.parametrize("to", ["", "nobody", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com"])
def test_mail_goes_to_one_address(with_mail: TestClient, session: Session, make: Factory, to: str) -> None:
    chief = bearer(session, make.user(is_superuser=True))
    answer = with_mail.post(PATH, params={"email_to": to}, headers=chief)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["query.email_to"]
