"""Forgotten passwords and new addresses, over HTTP."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Connection, event
from sqlmodel import Session, select

from app.api.deps import Runtime, get_now
from app.core import clock, security
from app.features.tokens import service as tokens
from app.features.tokens.schemas import ApiTokenCreate
from app.main import Tracker
from app.models import AccountLink, LoginSession, Role, Scope, User
from app.tests.api.logins import bearer
from app.tests.factories import Factory
from app.tests.letters import queued, that_send_mail, token_of

PASSWORD, NEW_PASSWORD = "buckle up, it is the law", "eight888"
HASH = security.hash_password(PASSWORD)
ANN = "ann@example.com"
RECOVERY, RESET, CONFIRM = "/api/v1/password-recovery", "/api/v1/reset-password/", "/api/v1/confirm-email/"
TOKEN, ME = "/api/v1/login/access-token", "/api/v1/users/me"
NEW_ADDRESS = {"email": "new@example.com", "current_password": PASSWORD}
BY_ANN, BY_NOBODY = f"{RECOVERY}/{ANN}", f"{RECOVERY}/nobody@example.com"


@pytest.fixture
def ann(make: Factory) -> User:
    return make.user(email=ANN, password_hash=HASH, full_name="Ann")


def reset(client: TestClient, token: str, password: str = NEW_PASSWORD) -> Response:
    return client.post(RESET, json={"token": token, "new_password": password})


def can_log_in(client: TestClient, password: str, email: str = ANN) -> bool:
    return client.post(TOKEN, data={"username": email, "password": password}).status_code == 200


def sent_token(client: TestClient, session: Session) -> str:
    """Of a link that was asked for by mail."""
    assert client.post(BY_ANN).status_code == 200
    return token_of(queued(session)[-1]["context"]["link"])


def address_token(session: Session) -> str:
    """Of the one link that was sent to a new address."""
    (mail,) = (each for each in queued(session) if each["template"] == "new_address")
    return token_of(mail["context"]["link"])


def code_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


# Asking for a link


def test_a_known_an_unknown_and_a_closed_account_are_answered_alike(
    mailing: TestClient, make: Factory, ann: User, session: Session
) -> None:
    make.user(email="closed@example.com", password_hash=HASH, is_active=False)
    answers = [mailing.post(f"{RECOVERY}/{name}@example.com") for name in ("ann", "nobody", "closed", "ANN")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert {mail["to"] for mail in queued(session)} == {ANN}
    assert len(queued(session)) == 2


def statements_of(connection: Connection, act: Callable[[], object]) -> list[str]:
    """What the database is asked meanwhile; the two ways in which a savepoint ends are taken for one."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(re.sub(r"^(RELEASE|ROLLBACK TO) ", "END ", re.sub(r"savepoint_\d+", "savepoint", statement)))

    event.listen(connection, "before_cursor_execute", note)
    act()
    event.remove(connection, "before_cursor_execute", note)
    return seen


def test_as_much_is_asked_of_the_database_for_an_unknown_address(
    mailing: TestClient, ann: User, connection: Connection
) -> None:
    known = statements_of(connection, lambda: mailing.post(BY_ANN))
    unknown = statements_of(connection, lambda: mailing.post(BY_NOBODY))
    assert known == unknown
    assert any("INSERT INTO job" in statement for statement in known)


def test_the_mail_has_a_link_whose_token_no_server_is_sent(mailing: TestClient, ann: User, session: Session) -> None:
    mailing.post(BY_ANN)
    (mail,) = queued(session)
    assert mail["template"] == "password_reset"
    assert mail["context"] == {"email": ANN, "link": mail["context"]["link"], "valid_for": "1 hour"}
    before, token = mail["context"]["link"].split("#token=")
    assert before == "http://tracker.test/reset-password"
    stored = session.exec(select(AccountLink)).one()
    assert stored.token_hash == security.hash_token(token)
    assert len(token) == 43


def test_without_mail_it_is_said_that_there_is_none_whoever_asks(client: TestClient, ann: User) -> None:
    answers = [client.post(BY_ANN), client.post(BY_NOBODY)]
    assert {code_of(answer) for answer in answers} == {(409, "mail_not_configured")}
    assert len({answer.text for answer in answers}) == 1


def test_what_is_no_address_is_refused(mailing: TestClient) -> None:
    assert mailing.post(f"{RECOVERY}/nobody").status_code == 422


@pytest.mark.parametrize("email", [ANN, "nobody@example.com"])
def test_a_mailbox_is_not_flooded(
    application: Tracker, client: TestClient, runtime: Runtime, ann: User, email: str
) -> None:
    application.state.runtime = replace(runtime, settings=that_send_mail(runtime.settings))
    clients = [TestClient(application, client=(f"192.0.2.{number}", 50_000)) for number in range(5)]
    answers = [client.post(f"{RECOVERY}/{email}") for client in clients]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "60"


def test_a_superuser_gets_the_mail_to_hand_on_where_none_is_sent(
    client: TestClient, make: Factory, ann: User, session: Session
) -> None:
    superuser = bearer(session, make.user(is_superuser=True))
    answer = client.post(f"/api/v1/password-recovery-html-content/{ANN}", headers=superuser)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["subject"] == "Choose a new password"
    (link,) = set(re.findall(r'href="(http://tracker.test/reset-password#token=[\w-]+)"', answer.text))
    assert queued(session) == []
    assert reset(client, token_of(link)).status_code == 200


def test_nobody_else_gets_the_mail_of_an_account(client: TestClient, make: Factory, session: Session) -> None:
    path = "/api/v1/password-recovery-html-content"
    assert client.post(f"{path}/{ANN}").status_code == 401
    assert client.post(f"{path}/{ANN}", headers=bearer(session, make.user())).status_code == 403
    superuser = bearer(session, make.user(is_superuser=True))
    assert code_of(client.post(f"{path}/{ANN}", headers=superuser)) == (404, "user_not_found")


# Choosing a new password


def test_a_link_opens_its_account_once(mailing: TestClient, ann: User, session: Session) -> None:
    token = sent_token(mailing, session)
    assert reset(mailing, token).status_code == 200
    assert can_log_in(mailing, NEW_PASSWORD)
    assert not can_log_in(mailing, PASSWORD)
    assert code_of(reset(mailing, token, "nine99999")) == (400, "link_invalid")
    assert can_log_in(mailing, NEW_PASSWORD)


def test_a_new_password_ends_every_session_and_is_told(mailing: TestClient, ann: User, session: Session) -> None:
    bearer(session, ann)
    assert reset(mailing, sent_token(mailing, session)).status_code == 200
    assert session.exec(select(LoginSession)).all() == []
    mail = queued(session)[-1]
    assert (mail["template"], mail["to"]) == ("security_notice", ANN)
    assert mail["context"]["event"] == "The password of this account was changed."


def test_it_ends_the_tokens_of_programs_as_well(
    mailing: TestClient, make: Factory, ann: User, session: Session
) -> None:
    station = make.station()
    make.member(station=station, user=ann)
    new = ApiTokenCreate(name="Automation", scopes={Scope.BUTTONS_READ})
    made = tokens.create_token(session, station_id=station.id, maker=ann, role=Role.OWNER, new=new, now=clock.now())
    session.flush()
    headers = {"Authorization": f"Bearer {made.token}"}
    assert mailing.get("/api/v1/buttons/", headers=headers).status_code == 200
    assert reset(mailing, sent_token(mailing, session)).status_code == 200
    assert mailing.get("/api/v1/buttons/", headers=headers).status_code == 401


def test_a_newer_link_takes_the_place_of_an_older_one(mailing: TestClient, ann: User, session: Session) -> None:
    older, newer = sent_token(mailing, session), sent_token(mailing, session)
    assert code_of(reset(mailing, older)) == (400, "link_invalid")
    assert reset(mailing, newer).status_code == 200


def test_a_link_dies_after_an_hour(mailing: TestClient, ann: User, session: Session) -> None:
    token = sent_token(mailing, session)
    application: FastAPI = mailing.app  # type: ignore[assignment]
    application.dependency_overrides[get_now] = lambda: clock.now() + timedelta(hours=1, seconds=1)
    assert code_of(reset(mailing, token)) == (400, "link_invalid")


@pytest.mark.parametrize("change", [{"password": "nine99999"}, {"is_active": False}, {"email": "ann@example.org"}])
def test_a_link_dies_with_a_change_of_the_account(
    mailing: TestClient, make: Factory, ann: User, session: Session, change: dict[str, Any]
) -> None:
    token = sent_token(mailing, session)
    superuser = bearer(session, make.user(is_superuser=True))
    assert mailing.patch(f"/api/v1/users/{ann.id}", json=change, headers=superuser).status_code == 200
    mailing.patch(f"/api/v1/users/{ann.id}", json={"is_active": True}, headers=superuser)
    assert code_of(reset(mailing, token)) == (400, "link_invalid")


@pytest.mark.parametrize("is_own", [True, False])
def test_a_link_outlives_a_form_that_sends_the_address_as_it_is(
    mailing: TestClient, make: Factory, ann: User, session: Session, is_own: bool
) -> None:
    token = sent_token(mailing, session)
    url, by = (ME, ann) if is_own else (f"/api/v1/users/{ann.id}", make.user(is_superuser=True))
    form = {"email": ANN, "full_name": "Anne"}
    assert mailing.patch(url, json=form, headers=bearer(session, by)).status_code == 200
    assert reset(mailing, token).status_code == 200


def test_a_link_dies_when_its_owner_changes_the_password(mailing: TestClient, ann: User, session: Session) -> None:
    token = sent_token(mailing, session)
    passwords = {"current_password": PASSWORD, "new_password": "nine99999"}
    headers = bearer(session, ann)
    assert mailing.patch(f"{ME}/password", json=passwords, headers=headers).status_code == 200
    assert code_of(reset(mailing, token)) == (400, "link_invalid")
    assert queued(session)[-1]["template"] == "security_notice"


@pytest.mark.parametrize("token", ["x", "x" * 200, "ünïcödé", "' OR 1=1 --"])
def test_a_strange_token_opens_nothing(mailing: TestClient, ann: User, token: str) -> None:
    assert code_of(reset(mailing, token)) == (400, "link_invalid")


def test_a_link_to_confirm_an_address_opens_no_account(mailing: TestClient, ann: User, session: Session) -> None:
    mailing.patch(ME, json=NEW_ADDRESS, headers=bearer(session, ann))
    token = address_token(session)
    assert code_of(reset(mailing, token)) == (400, "link_invalid")
    password_token = sent_token(mailing, session)
    assert code_of(mailing.post(CONFIRM, json={"token": password_token})) == (400, "link_invalid")


def test_a_password_that_is_no_good_leaves_the_link_as_it_is(mailing: TestClient, ann: User, session: Session) -> None:
    token = sent_token(mailing, session)
    assert reset(mailing, token, "short").status_code == 422
    assert reset(mailing, token).status_code == 200


def test_who_tries_many_tokens_is_slowed(client: TestClient, ann: User) -> None:
    guesser = TestClient(client.app, client=("203.0.113.9", 50_000))
    statuses = [reset(guesser, f"guess{number}").status_code for number in range(22)]
    assert statuses == [400] * 20 + [429] * 2


# A new address


def test_a_new_address_waits_until_it_is_confirmed(mailing: TestClient, ann: User, session: Session) -> None:
    answer = mailing.patch(ME, json=NEW_ADDRESS | {"full_name": "A."}, headers=bearer(session, ann))
    assert answer.status_code == 202
    assert (answer.json()["email"], answer.json()["full_name"]) == (ANN, "A.")
    mail, notice = sorted(queued(session), key=lambda each: str(each["template"]))
    assert (mail["template"], mail["to"]) == ("new_address", "new@example.com")
    assert (notice["template"], notice["to"]) == ("security_notice", ANN)
    assert notice["context"]["event"] == "Somebody asked to change the address of your account to new@example.com."

    assert mailing.post(CONFIRM, json={"token": token_of(mail["context"]["link"])}).status_code == 200
    assert can_log_in(mailing, PASSWORD, "new@example.com")
    told = [each for each in queued(session) if each not in (mail, notice)]
    assert [(each["template"], each["to"]) for each in told] == [("security_notice", ANN)]
    assert told[0]["context"]["event"] == "The address of this account was changed to new@example.com."
    assert code_of(mailing.post(CONFIRM, json={"token": token_of(mail["context"]["link"])})) == (400, "link_invalid")


def test_a_taken_address_is_answered_like_a_free_one(
    mailing: TestClient, make: Factory, ann: User, session: Session, connection: Connection
) -> None:
    make.user(email="bob@example.com")
    headers = bearer(session, ann)
    answers: list[Response] = []

    def ask(email: str) -> None:
        answers.append(mailing.patch(ME, json=NEW_ADDRESS | {"email": email}, headers=headers))

    free = statements_of(connection, lambda: ask("new@example.com"))
    taken = statements_of(connection, lambda: ask("bob@example.com"))
    assert free == taken
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert sorted(mail["to"] for mail in queued(session)) == [ANN, ANN, "new@example.com"]


def test_an_address_that_was_taken_meanwhile_is_not_given_twice(
    mailing: TestClient, make: Factory, ann: User, session: Session
) -> None:
    mailing.patch(ME, json=NEW_ADDRESS, headers=bearer(session, ann))
    make.user(email="new@example.com")
    token = address_token(session)
    assert code_of(mailing.post(CONFIRM, json={"token": token})) == (409, "email_taken")


def test_a_confirmed_address_ends_every_session(mailing: TestClient, ann: User, session: Session) -> None:
    headers = bearer(session, ann)
    mailing.patch(ME, json=NEW_ADDRESS, headers=headers)
    assert mailing.get(ME, headers=headers).status_code == 200
    assert mailing.post(CONFIRM, json={"token": address_token(session)}).status_code == 200
    assert mailing.get(ME, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("password", "refusal"), [({}, (422, "invalid_input")), ({"current_password": "wrong"}, (400, "wrong_password"))]
)
def test_a_stolen_session_moves_no_account(
    mailing: TestClient, ann: User, session: Session, password: dict[str, str], refusal: tuple[int, str]
) -> None:
    answer = mailing.patch(ME, json={"email": "new@example.com"} | password, headers=bearer(session, ann))
    assert code_of(answer) == refusal
    assert queued(session) == []
    assert session.exec(select(AccountLink)).all() == []


def test_without_mail_a_new_address_counts_at_once(client: TestClient, ann: User, session: Session) -> None:
    answer = client.patch(ME, json=NEW_ADDRESS, headers=bearer(session, ann))
    assert (answer.status_code, answer.json()["email"]) == (200, "new@example.com")
    assert queued(session) == []


# What else is told


def test_a_new_account_is_told_to_its_owner_with_a_link_and_no_password(
    mailing: TestClient, make: Factory, session: Session
) -> None:
    superuser = make.user(email="root@example.com", is_superuser=True)
    new = {"email": ANN, "password": PASSWORD}
    assert mailing.post("/api/v1/users/", json=new, headers=bearer(session, superuser)).status_code == 201
    (mail,) = queued(session)
    assert (mail["template"], mail["to"]) == ("new_account", ANN)
    assert PASSWORD not in str(mail)
    assert mail["context"]["made_by"] == "root@example.com"
    assert can_log_in(mailing, PASSWORD)
    assert reset(mailing, token_of(mail["context"]["link"])).status_code == 200
    assert can_log_in(mailing, NEW_PASSWORD)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_new_superuser_is_told_to_all_of_them(
    mailing: TestClient, make: Factory, ann: User, session: Session, is_new: bool
) -> None:
    headers = bearer(session, make.user(email="root@example.com", is_superuser=True))
    if is_new:
        new = {"email": "eve@example.com", "password": PASSWORD, "is_superuser": True}
        mailing.post("/api/v1/users/", json=new, headers=headers)
    else:
        mailing.patch(f"/api/v1/users/{ann.id}", json={"is_superuser": True}, headers=headers)
    told = [mail["to"] for mail in queued(session) if mail["template"] == "security_notice"]
    assert sorted(told) == sorted(["root@example.com", "eve@example.com" if is_new else ANN])
