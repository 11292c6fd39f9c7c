"""Passwords that are guessed, over HTTP, where each request is committed or rolled back on its own."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.api.deps import Runtime, get_now
from app.core import security
from app.core.db import build_engine, transaction
from app.main import Tracker
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO, Factory

PASSWORD = "buckle up, it is the law"
HASH = security.hash_password(PASSWORD)
ANN, BOB = "ann@example.com", "bob@example.com"
HOME, EVIL = "192.0.2.1", "203.0.113.9"
TOKEN, SESSION, SIGN_UP = "/api/v1/login/access-token", "/api/v1/login/session", "/api/v1/users/signup"

type From = Callable[[str], TestClient]


@pytest.fixture
def served(application: Tracker, runtime: Runtime, new_database: Callable[[str], str]) -> Iterator[Runtime]:
    """The application on a database of its own with two accounts, at one moment."""
    settings = settings_for(new_database(f"limiter_{uuid4().hex}"))
    engine = build_engine(settings)
    with transaction(engine) as session:
        for email in (ANN, BOB):
            Factory(session).user(email=email, password_hash=HASH)
    served = replace(runtime, settings=settings, engine=engine)
    application.state.runtime = served
    application.dependency_overrides[get_now] = lambda: LONG_AGO
    yield served
    application.dependency_overrides.clear()
    engine.dispose()


@pytest.fixture
def coming_from(application: Tracker, served: Runtime) -> From:
    """A client at an address."""
    return lambda address: TestClient(application, client=(address, 50_000))


def log_in(client: TestClient, email: str, password: str, *, path: str = TOKEN) -> Response:
    return client.post(path, data={"username": email, "password": password})


@pytest.mark.parametrize("path", [TOKEN, SESSION])
def test_a_hundred_wrong_passwords_on_one_account_are_slowed(coming_from: From, path: str) -> None:
    evil = coming_from(EVIL)
    answers = [log_in(evil, ANN, f"wrong{number}", path=path) for number in range(100)]
    assert Counter(answer.status_code for answer in answers) == {400: 5, 429: 95}
    refused = answers[-1]
    assert refused.json()["code"] == "too_many_tries"
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["detail"] == "There were too many tries. Try again in 1 second."
    assert refused.headers["content-type"] == "application/problem+json"
    assert log_in(evil, ANN, PASSWORD, path=path).status_code == 429
    assert log_in(coming_from(HOME), ANN, PASSWORD, path=path).status_code == 200
    assert log_in(coming_from(HOME), BOB, PASSWORD, path=path).status_code == 200


def test_ten_wrong_passwords_on_each_of_a_hundred_accounts_are_slowed(coming_from: From) -> None:
    evil = coming_from(EVIL)
    statuses = Counter(
        log_in(evil, f"user{account}@example.com", "wrong").status_code for account in range(100) for _ in range(10)
    )
    assert statuses == {400: 30, 429: 970}
    assert log_in(coming_from(HOME), BOB, PASSWORD).status_code == 200


def test_known_and_unknown_accounts_are_answered_alike_all_the_way(coming_from: From) -> None:
    for path in (TOKEN, SESSION):
        clients = [coming_from(f"198.51.100.{number}") for number in range(3)]
        known, unknown = (
            [log_in(client, email, "wrong", path=path) for client in clients for _ in range(7)]
            for email in (ANN, "nobody@example.com")
        )
        said = [
            [(each.status_code, each.content, each.headers.get("retry-after")) for each in it]
            for it in (known, unknown)
        ]
        assert said[0] == said[1]


def test_an_address_that_a_stranger_names_is_not_believed(coming_from: From, served: Runtime) -> None:
    evil = coming_from(EVIL)
    for number in range(50):
        evil.post(TOKEN, data={"username": ANN, "password": "x"}, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert log_in(evil, ANN, PASSWORD).status_code == 429
    assert log_in(coming_from(HOME), ANN, PASSWORD).status_code == 200


def test_behind_a_trusted_proxy_it_is_the_address_that_the_proxy_names(coming_from: From, served: Runtime) -> None:
    served.settings.trusted_proxies = [ip_network(EVIL)]
    proxy = coming_from(EVIL)

    def guess(number: int, *, address: str) -> int:
        form = {"username": f"user{number}@example.com", "password": "wrong"}
        return proxy.post(TOKEN, data=form, headers={"X-Forwarded-For": address}).status_code

    assert {guess(number, address=f"198.51.100.{number}") for number in range(40)} == {400}
    assert Counter(guess(number, address=HOME) for number in range(40, 80)) == {400: 30, 429: 10}


def test_a_limiter_can_be_turned_off(coming_from: From, served: Runtime) -> None:
    served.settings.login_limiter = False
    evil = coming_from(EVIL)
    assert {log_in(evil, ANN, "wrong").status_code for _ in range(12)} == {400}
    assert log_in(evil, ANN, PASSWORD).status_code == 200


def test_who_makes_many_accounts_is_slowed(coming_from: From, served: Runtime) -> None:
    body = {"email": ANN, "password": PASSWORD}
    evil = coming_from(EVIL)
    assert {evil.post(SIGN_UP, json=body).status_code for _ in range(20)} == {403}
    served.settings.users_open_registration = True
    statuses = [
        evil.post(SIGN_UP, json=body | {"email": f"user{number}@example.com"}).status_code for number in range(12)
    ]
    assert statuses == [200] * 10 + [429] * 2
    assert coming_from(HOME).post(SIGN_UP, json=body).status_code == 200
