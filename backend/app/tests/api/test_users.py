"""Accounts, over HTTP."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.core import security
from app.models import Role, User
from app.tests.api.logins import bearer
from app.tests.factories import Factory

USERS = "/api/v1/users/"
NEW = {"email": "Bob@Example.com", "password": "eight888", "full_name": "  Bob  B. "}


@pytest.fixture
def chief(session: Session, make: Factory) -> dict[str, str]:
    return bearer(session, make.user(is_superuser=True))


def test_a_superuser_makes_an_account_that_can_log_in(client: TestClient, chief: dict[str, str]) -> None:
    answer = client.post(USERS, json=NEW, headers=chief)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["email"], made["full_name"]) == ("bob@example.com", "Bob B.")
    assert (made["is_active"], made["is_superuser"]) == (True, False)
    assert "password" not in answer.text
    form = {"username": NEW["email"], "password": NEW["password"]}
    assert client.post("/api/v1/login/access-token", data=form).status_code == 200


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
        ("is_active", False),
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
