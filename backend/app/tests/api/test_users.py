"""Accounts, as superusers and their owners have them, over HTTP."""

import json
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from app.core import security
from app.models import LoginSession, Member, Press, Role, User
from app.tests.api.accounts import HASH, NEW, PASSWORD, USERS, can_log_in, code_of, is_logged_in
from app.tests.api.logins import bearer
from app.tests.factories import NOTHINGS_ID, Factory
from app.tests.letters import queued


def test_a_superuser_makes_an_account_that_can_log_in(client: TestClient, chief: dict[str, str]) -> None:
    answer = client.post(USERS, json=NEW, headers=chief)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["email"], made["full_name"]) == ("bob@example.com", "Bob B.")
    assert (made["is_active"], made["is_superuser"]) == (True, False)
    assert "password" not in answer.text
    form = {"username": NEW["email"], "password": NEW["password"]}
    assert client.post("/api/v1/login/access-token", data=form).status_code == 200


def test_an_account_that_is_made_closed_opens_to_nobody_and_is_sent_no_link(
    mailing: TestClient, session: Session, chief: dict[str, str]
) -> None:
    answer = mailing.post(USERS, json=NEW | {"is_active": False}, headers=chief)
    assert (answer.status_code, answer.json()["is_active"]) == (201, False)
    form = {"username": NEW["email"], "password": NEW["password"]}
    assert mailing.post("/api/v1/login/access-token", data=form).status_code == 400
    assert queued(session) == []


def test_a_password_is_stored_as_a_hash(client: TestClient, session: Session, chief: dict[str, str]) -> None:
    made = client.post(USERS, json=NEW, headers=chief).json()
    user = session.get_one(User, made["id"])
    assert user.hashed_password.startswith("$argon2id$")
    assert security.verify_password(NEW["password"], user.hashed_password)[0]


def test_nobody_else_makes_accounts(client: TestClient, session: Session, make: Factory) -> None:
    owner = make.user()
    make.member(station=make.station(), user=owner, role=Role.OWNER)
    answer = client.post(USERS, json=NEW, headers=bearer(session, owner))
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    assert client.post(USERS, json=NEW).status_code == 401


def test_a_taken_address_is_refused_in_any_spelling(client: TestClient, make: Factory, chief: dict[str, str]) -> None:
    make.user(email="bob@example.com")
    answer = client.post(USERS, json=NEW, headers=chief)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize("length", [8, 128])
def test_a_password_has_8_to_128_characters(client: TestClient, chief: dict[str, str], length: int) -> None:
    assert client.post(USERS, json=NEW | {"password": "x" * length}, headers=chief).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "x" * 7),
        ("password", "x" * 129),
        ("password", "eight888\x00"),
        ("password", "eight888\ud800"),
        ("password", None),
        ("email", "nonsense"),
        ("email", "a\x00@example.com"),
        ("email", "a\ud800@example.com"),
        ("email", "a" * 400 + "@example.com"),
        ("full_name", "Bob\x00"),
        ("full_name", "Bob\ud800"),
        ("full_name", "x" * 256),
        ("is_superuser", "perhaps"),
        ("is_active", "perhaps"),
        ("is_active", None),
    ],
)
def test_a_malformed_account_is_refused_with_its_field(
    client: TestClient, chief: dict[str, str], field: str, value: Any
) -> None:
    # Plain ASCII, so that a lone surrogate can be sent at all.
    body = json.dumps(NEW | {field: value})
    answer = client.post(USERS, content=body, headers=chief | {"content-type": "application/json"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{field}"]


def test_everybody_sees_their_own_account(client: TestClient, session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com")
    answer = client.get(USERS + "me", headers=bearer(session, user))
    assert answer.status_code == 200
    assert answer.json()["email"] == "ann@example.com"
    assert client.get(USERS + "me").status_code == 401


# All accounts, for superusers


def test_a_superuser_sees_every_account_in_pages(client: TestClient, make: Factory, chief: dict[str, str]) -> None:
    made = {str(make.user().id) for _ in range(3)}
    whole = client.get(USERS, headers=chief).json()
    assert whole["count"] == len(whole["data"])
    assert {user["id"] for user in whole["data"]} > made
    pages = [client.get(USERS, params={"skip": skip, "limit": 2}, headers=chief).json() for skip in (0, 2, 4)]
    assert [user for page in pages for user in page["data"]] == whole["data"][:6]
    assert {page["count"] for page in pages} == {whole["count"]}
    assert "password" not in json.dumps(whole)


def test_a_superuser_finds_an_account_by_its_address_or_name(
    client: TestClient, make: Factory, chief: dict[str, str]
) -> None:
    make.user(email="ann@100%.example.com")
    make.user(email="ben@example.com", full_name="Ben Hanna")
    make.user(email="carl@example.com")

    def found(words: str) -> list[str]:
        page = client.get(USERS, params={"q": words}, headers=chief).json()
        assert page["count"] == len(page["data"])
        return sorted(user["email"] for user in page["data"])

    assert found("ANN") == ["ann@100%.example.com", "ben@example.com"]
    assert found("%.") == ["ann@100%.example.com"]
    assert found("nobody at all") == []
    assert client.get(USERS, params={"q": "a\x00b"}, headers=chief).status_code == 422


def test_the_newest_accounts_come_first_where_that_is_asked_for(
    client: TestClient, make: Factory, chief: dict[str, str]
) -> None:
    make.user()
    oldest = client.get(USERS, headers=chief).json()["data"]

    assert client.get(USERS, params={"order": "newest"}, headers=chief).json()["data"] == oldest[::-1]


FOR_SUPERUSERS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("POST", "", NEW),
    ("PATCH", "{user_id}", {"full_name": "Mallory"}),
    ("DELETE", "{user_id}", None),
]


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize(("method", "path", "body"), FOR_SUPERUSERS)
def test_no_role_in_a_station_reaches_other_accounts(
    client: TestClient, session: Session, make: Factory, role: Role | None, method: str, path: str, body: Any
) -> None:
    user, other, station = make.user(), make.user(full_name="Bob"), make.station()
    make.member(station=station, user=other, role=Role.VIEWER)
    if role is not None:
        make.member(station=station, user=user, role=role)
    for target in (other.id, user.id, uuid4()):
        url = USERS + path.format(user_id=target)
        answer = client.request(method, url, json=body, headers=bearer(session, user))
        assert code_of(answer) == (403, "role_too_low")
    session.refresh(other)
    assert other.full_name == "Bob"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *FOR_SUPERUSERS,
        ("GET", "{user_id}", None),
        ("PATCH", "me", {"full_name": "Mallory"}),
        ("DELETE", "me", None),
        ("PATCH", "me/password", {"current_password": PASSWORD, "new_password": "eight888"}),
    ],
)
def test_a_stranger_is_asked_to_log_in(client: TestClient, make: Factory, method: str, path: str, body: Any) -> None:
    url = USERS + path.format(user_id=make.user().id)
    assert code_of(client.request(method, url, json=body)) == (401, "not_authenticated")


def test_an_account_is_read_by_its_owner_and_by_superusers(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user = make.user(email="ann@example.com")
    for headers in (bearer(session, user), chief):
        answer = client.get(USERS + str(user.id), headers=headers)
        assert (answer.status_code, answer.json()["email"]) == (200, "ann@example.com")


def test_another_account_looks_like_one_that_does_not_exist(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    headers, other = bearer(session, make.user()), make.user()
    theirs, nobodys = (client.get(f"{USERS}{user_id}", headers=headers) for user_id in (other.id, uuid4()))
    assert code_of(theirs) == (404, "user_not_found")
    assert theirs.json() == nobodys.json()
    assert code_of(client.get(f"{USERS}{uuid4()}", headers=chief)) == (404, "user_not_found")


def test_a_superuser_changes_an_account(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user = make.user(email="bob@example.com", full_name="Bob")
    changes = {"email": "Rob@Example.com", "full_name": None, "is_superuser": True}
    answer = client.patch(f"{USERS}{user.id}", json=changes, headers=chief)
    assert answer.status_code == 200
    changed = answer.json()
    assert changed == client.get(f"{USERS}{user.id}", headers=chief).json()
    assert (changed["email"], changed["full_name"], changed["is_superuser"]) == ("rob@example.com", None, True)


def test_what_is_left_out_stays(client: TestClient, make: Factory, chief: dict[str, str]) -> None:
    user = make.user(email="bob@example.com", full_name="Bob")
    before = client.get(f"{USERS}{user.id}", headers=chief).json()
    assert client.patch(f"{USERS}{user.id}", json={}, headers=chief).json() == before


def test_an_account_that_is_not_there_cannot_be_changed_or_deleted(client: TestClient, chief: dict[str, str]) -> None:
    for changes in ({"full_name": "Bob"}, {"password": "eight888"}, {"is_active": False}):
        answer = client.patch(f"{USERS}{uuid4()}", json=changes, headers=chief)
        assert code_of(answer) == (404, "user_not_found")
    assert code_of(client.delete(f"{USERS}{uuid4()}", headers=chief)) == (404, "user_not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", None),
        ("email", "nonsense"),
        ("password", None),
        ("password", "x" * 7),
        ("is_active", None),
        ("is_superuser", None),
        ("full_name", "x" * 256),
        ("hashed_password", "!"),
        ("id", NOTHINGS_ID),
    ],
)
def test_a_malformed_change_is_refused_with_its_field(
    client: TestClient, make: Factory, chief: dict[str, str], field: str, value: Any
) -> None:
    answer = client.patch(f"{USERS}{make.user().id}", json={field: value}, headers=chief)
    assert code_of(answer) == (422, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{field}"]


def test_an_address_that_somebody_has_cannot_be_taken_over(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    make.user(email="bob@example.com")
    user = make.user(email="ann@example.com", password_hash=HASH)
    headers = bearer(session, user)
    own = {"current_password": PASSWORD}
    for url, by, more in ((f"{USERS}{user.id}", chief, {}), (USERS + "me", headers, own)):
        answer = client.patch(url, json={"email": "BOB@example.com"} | more, headers=by)
        assert code_of(answer) == (409, "email_taken")
        assert client.get(USERS + "me", headers=headers).json()["email"] == "ann@example.com"


def test_a_password_that_a_superuser_sets_ends_the_sessions_of_the_account_alone(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user, other = make.user(email="bob@example.com", password_hash=HASH), make.user()
    of_user, of_other = bearer(session, user), bearer(session, other)
    assert client.patch(f"{USERS}{user.id}", json={"password": "eight888"}, headers=chief).status_code == 200
    assert not is_logged_in(client, of_user)
    assert is_logged_in(client, of_other)
    assert is_logged_in(client, chief)
    assert not can_log_in(client, "bob@example.com", PASSWORD)
    assert can_log_in(client, "bob@example.com", "eight888")


def test_a_superuser_who_sets_the_own_password_stays_logged_in_here(
    client: TestClient, session: Session, make: Factory
) -> None:
    user = make.user(is_superuser=True)
    here, there = bearer(session, user), bearer(session, user)
    assert client.patch(f"{USERS}{user.id}", json={"password": "eight888"}, headers=here).status_code == 200
    assert is_logged_in(client, here)
    assert not is_logged_in(client, there)


def test_an_account_that_was_closed_and_opened_again_has_no_old_sessions(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user = make.user()
    headers = bearer(session, user)
    for is_active in (False, True):
        answer = client.patch(f"{USERS}{user.id}", json={"is_active": is_active}, headers=chief)
        assert answer.json()["is_active"] is is_active
        assert not is_logged_in(client, headers)


@pytest.mark.parametrize("changes", [{"is_active": False}, {"is_superuser": False}, None])
def test_the_last_superuser_stays_one(client: TestClient, session: Session, make: Factory, changes: Any) -> None:
    user = make.user(is_superuser=True)
    make.user(is_superuser=True, is_active=False)
    headers = bearer(session, user)

    def ask() -> Response:
        if changes is None:
            return client.delete(f"{USERS}{user.id}", headers=headers)
        return client.patch(f"{USERS}{user.id}", json=changes, headers=headers)

    assert code_of(ask()) == (409, "last_superuser")
    if changes is None:
        assert code_of(client.delete(USERS + "me", headers=headers)) == (409, "last_superuser")
    make.user(is_superuser=True)
    assert ask().status_code == 200


def test_what_a_deleted_user_did_stays_on_the_record(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user, station = make.user(), make.station()
    make.member(station=station)
    make.member(station=station, user=user, role=Role.EDITOR)
    button = make.button(station=station, created_by=user.id, version={"created_by": user.id})
    make.press(button=button, recorded_by=user.id)
    headers, user_id = bearer(session, user), user.id
    assert client.delete(f"{USERS}{user_id}", headers=chief).json() == {"message": "The account is deleted."}
    session.expire_all()
    assert session.get(User, user_id) is None
    assert not is_logged_in(client, headers)
    assert session.exec(select(Member).where(Member.user_id == user_id)).all() == []
    assert session.exec(select(LoginSession).where(LoginSession.user_id == user_id)).all() == []
    assert session.exec(select(Press.recorded_by).where(Press.station_id == station.id)).all() == [user_id]
    shown = client.get(f"/api/v1/buttons/{button.id}", params={"station_id": str(station.id)}, headers=chief)
    assert shown.status_code == 200


def test_the_last_owner_of_a_station_cannot_be_deleted_until_there_is_another(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    user, other = make.user(), make.user()
    shared = make.station(name="Shared")
    own = [make.station(name=name) for name in ("WXYZ", "KABC")]
    for station in (*own, shared):
        make.member(station=station, user=user)
    make.member(station=shared)
    make.member(station=own[0], user=other, role=Role.EDITOR)
    headers = bearer(session, user)
    for url, by in ((f"{USERS}{user.id}", chief), (USERS + "me", headers)):
        answer = client.delete(url, headers=by)
        assert code_of(answer) == (409, "last_owner")
        assert "KABC, WXYZ." in answer.json()["detail"]
        assert "Shared" not in answer.json()["detail"]
    for station in own:
        make.member(station=station, user=make.user())
    assert client.delete(USERS + "me", headers=headers).status_code == 200
