"""One's own account and sessions, and accounts that people make for themselves, over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.api.deps import Runtime
from app.core import security
from app.models import LoginSession, User
from app.tests.api.accounts import HASH, NEW, PASSWORD, USERS, can_log_in, code_of, is_logged_in
from app.tests.api.logins import bearer
from app.tests.factories import LONG_AGO, NOTHINGS_ID, Factory


def test_everybody_changes_their_own_name_and_address(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com", full_name="Ann", password_hash=HASH)
    headers = bearer(session, user)
    body = {"email": "Anne@Example.com", "full_name": " Anne ", "current_password": PASSWORD}
    answer = client.patch(USERS + "me", json=body, headers=headers)
    assert answer.status_code == 200
    assert (answer.json()["email"], answer.json()["full_name"]) == ("anne@example.com", "Anne")
    assert client.get(USERS + "me", headers=headers).json() == answer.json()


def test_another_address_needs_the_current_password(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com", password_hash=HASH)
    headers, body = bearer(session, user), {"email": "anne@example.com"}
    missing = client.patch(USERS + "me", json=body, headers=headers)
    assert code_of(missing) == (422, "invalid_input")
    assert [error["field"] for error in missing.json()["errors"]] == ["body.current_password"]
    wrong = client.patch(USERS + "me", json=body | {"current_password": "wrong"}, headers=headers)
    assert code_of(wrong) == (400, "wrong_password")
    assert client.get(USERS + "me", headers=headers).json()["email"] == "ann@example.com"


def test_the_same_address_and_another_name_need_no_password(
    client: TestClient, session: Session, make: Factory
) -> None:
    user = make.user(email="ann@example.com")
    here, there = bearer(session, user), bearer(session, user)
    body = {"email": "ANN@example.com", "full_name": "Anne"}
    assert client.patch(USERS + "me", json=body, headers=here).json()["full_name"] == "Anne"
    assert is_logged_in(client, there)


def test_a_new_address_ends_the_other_sessions(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user = make.user(email="ann@example.com", password_hash=HASH)
    here, there = bearer(session, user), bearer(session, user)
    body = {"email": "anne@example.com", "current_password": PASSWORD}
    assert client.patch(USERS + "me", json=body, headers=here).status_code == 200
    assert [is_logged_in(client, headers) for headers in (here, there)] == [True, False]
    assert client.patch(f"{USERS}{user.id}", json={"email": "a@example.com"}, headers=chief).status_code == 200
    assert [is_logged_in(client, headers) for headers in (here, chief)] == [False, True]


@pytest.mark.parametrize("field", ["is_superuser", "is_active", "password"])
def test_nobody_makes_themselves_a_superuser(client: TestClient, session: Session, make: Factory, field: str) -> None:
    answer = client.patch(USERS + "me", json={field: True}, headers=bearer(session, make.user()))
    assert code_of(answer) == (422, "invalid_input")


def test_everybody_may_delete_their_own_account(client: TestClient, session: Session, make: Factory) -> None:
    headers = bearer(session, make.user())
    answer = client.delete(USERS + "me", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"message": "Your account is deleted."})
    assert 'tracker_session=""' in answer.headers["set-cookie"]
    assert not is_logged_in(client, headers)


def test_a_new_password_ends_the_other_sessions(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com", password_hash=HASH)
    here, there, of_other = bearer(session, user), bearer(session, user), bearer(session, make.user())
    body = {"current_password": PASSWORD, "new_password": "eight888"}
    answer = client.patch(USERS + "me/password", json=body, headers=here)
    assert (answer.status_code, list(answer.json())) == (200, ["message"])
    assert is_logged_in(client, here)
    assert not is_logged_in(client, there)
    assert is_logged_in(client, of_other)
    assert can_log_in(client, "ann@example.com", "eight888")
    assert not can_log_in(client, "ann@example.com", PASSWORD)


def test_a_password_is_not_changed_without_the_current_one(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com", password_hash=HASH)
    here, there = bearer(session, user), bearer(session, user)
    body = {"current_password": "wrong", "new_password": "eight888"}
    assert code_of(client.patch(USERS + "me/password", json=body, headers=here)) == (400, "wrong_password")
    assert is_logged_in(client, there)
    assert can_log_in(client, "ann@example.com", PASSWORD)


@pytest.mark.parametrize("new", [PASSWORD, "x" * 7, "x" * 129, "eight888\x00"])
def test_a_new_password_is_another_one_and_a_good_one(
    client: TestClient, session: Session, make: Factory, new: str
) -> None:
    headers = bearer(session, make.user(password_hash=HASH))
    body = {"current_password": PASSWORD, "new_password": new}
    answer = client.patch(USERS + "me/password", json=body, headers=headers)
    assert code_of(answer) == (422, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == ["body.new_password"]
    assert new not in answer.text


# One's own sessions

SESSIONS = USERS + "me/sessions"


def sessions_of(client: TestClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = client.get(SESSIONS, headers=headers).json()
    assert answer["count"] == len(answer["data"])
    data: list[dict[str, Any]] = answer["data"]
    return data


def test_everybody_sees_where_they_are_logged_in(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com", password_hash=HASH)
    bearer(session, make.user())
    session.add(LoginSession(user_id=user.id, created_at=LONG_AGO, expires_at=LONG_AGO + timedelta(days=8)))
    headers = bearer(session, user)
    form = {"username": "ann@example.com", "password": PASSWORD}
    client.post("/api/v1/login/session", data=form, headers={"User-Agent": "Firefox"})
    client.cookies.clear()
    newest, oldest = sessions_of(client, headers)
    assert list(newest) == ["id", "created_at", "expires_at", "user_agent", "is_current"]
    assert (newest["user_agent"], newest["is_current"]) == ("Firefox", False)
    assert (oldest["user_agent"], oldest["is_current"]) == (None, True)
    assert newest["created_at"] > oldest["created_at"]


def test_sessions_come_in_pages(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user()
    headers, *_ = (bearer(session, user) for _ in range(3))
    whole = sessions_of(client, headers)
    page = client.get(SESSIONS, params={"skip": 1, "limit": 1}, headers=headers).json()
    assert page == {"data": whole[1:2], "count": 3}


def test_a_session_is_ended_from_another(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user()
    here, there = bearer(session, user), bearer(session, user)
    [theirs] = [each["id"] for each in sessions_of(client, there) if each["is_current"]]
    assert client.delete(f"{SESSIONS}/{theirs}", headers=here).status_code == 204
    assert not is_logged_in(client, there)
    assert is_logged_in(client, here)
    assert code_of(client.delete(f"{SESSIONS}/{theirs}", headers=here)) == (404, "session_not_found")


def test_the_session_that_asks_can_be_ended(client: TestClient, session: Session, make: Factory) -> None:
    headers = bearer(session, make.user())
    [own] = sessions_of(client, headers)
    assert client.delete(f"{SESSIONS}/{own['id']}", headers=headers).status_code == 204
    assert not is_logged_in(client, headers)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_another_users_session_looks_like_one_that_does_not_exist(
    client: TestClient, session: Session, make: Factory, is_superuser: bool
) -> None:
    headers, of_other = bearer(session, make.user(is_superuser=is_superuser)), bearer(session, make.user())
    [theirs] = sessions_of(client, of_other)
    answers = [client.delete(f"{SESSIONS}/{session_id}", headers=headers) for session_id in (theirs["id"], uuid4())]
    assert {code_of(answer) for answer in answers} == {(404, "session_not_found")}
    assert answers[0].json() == answers[1].json()
    assert is_logged_in(client, of_other)


def test_all_other_sessions_are_ended_at_once(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user()
    here, *others = (bearer(session, user) for _ in range(3))
    of_other = bearer(session, make.user())
    assert client.delete(SESSIONS, headers=here).status_code == 204
    assert [is_logged_in(client, headers) for headers in (here, *others, of_other)] == [True, False, False, True]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("DELETE", f"/{NOTHINGS_ID}")])
def test_a_stranger_has_no_sessions(client: TestClient, method: str, path: str) -> None:
    assert code_of(client.request(method, SESSIONS + path)) == (401, "not_authenticated")


# Accounts that people make for themselves


@pytest.fixture
def open_door(runtime: Runtime) -> Iterator[None]:
    runtime.settings.users_open_registration = True
    yield
    runtime.settings.users_open_registration = False


def test_nobody_makes_themselves_an_account_unless_the_server_allows_it(client: TestClient, session: Session) -> None:
    assert code_of(client.post(USERS + "signup", json=NEW)) == (403, "registration_closed")
    assert session.exec(select(User).where(User.email == "bob@example.com")).all() == []


@pytest.mark.usefixtures("open_door")
def test_whoever_signs_up_can_log_in_and_opens_no_station(client: TestClient, make: Factory) -> None:
    make.member(station=make.station())
    answer = client.post(USERS + "signup", json=NEW)
    assert (answer.status_code, list(answer.json())) == (200, ["message"])
    form = {"username": NEW["email"], "password": NEW["password"]}
    token = client.post("/api/v1/login/access-token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(USERS + "me", headers=headers).json()["is_superuser"] is False
    assert client.get("/api/v1/stations/", headers=headers).json() == {"data": [], "count": 0}


@pytest.mark.usefixtures("open_door")
def test_signing_up_does_not_tell_whether_an_address_has_an_account(
    client: TestClient, session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hash_password = security.hash_password

    def counting(password: str) -> str:
        hashed.append(password)
        return hash_password(password)

    monkeypatch.setattr(security, "hash_password", counting)
    user = make.user(email="bob@example.com", full_name="Bob", password_hash=HASH)
    known, unknown = (
        client.post(USERS + "signup", json=NEW | {"email": email}) for email in (user.email, "new@example.com")
    )
    assert (known.status_code, known.content, known.headers) == (unknown.status_code, unknown.content, unknown.headers)
    assert len(hashed) == 2
    session.refresh(user)
    assert (user.full_name, user.hashed_password) == ("Bob", HASH)


@pytest.mark.usefixtures("open_door")
@pytest.mark.parametrize("field", ["is_superuser", "is_active", "station_id"])
def test_nobody_signs_up_as_a_superuser(client: TestClient, field: str) -> None:
    answer = client.post(USERS + "signup", json=NEW | {field: True})
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{field}"]
