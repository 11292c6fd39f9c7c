"""Whatever goes wrong leaves as a problem document with a stable code."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import psycopg
import pytest
import sqlalchemy.exc
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.api.deps import Runtime, get_now, open_transaction
from app.core.config import Settings
from app.core.db import build_engine
from app.core.errors import AppError, NotFound, Unavailable
from app.main import create_app
from app.models import User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import Factory
from app.tests.stand_ins import NoRecorder

STATIONS = "/api/v1/stations/"


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of a problem document; everything else is checked to be what RFC 9457 asks for."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    return answer.status_code, document["code"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/nothing", (404, "not_found")),
        ("GET", "/nothing", (404, "not_found")),
        ("DELETE", STATIONS, (405, "method_not_allowed")),
        ("GET", STATIONS, (401, "not_authenticated")),
        ("POST", "/api/v1/presses/batch", (422, "invalid_input")),
        ("GET", "/p/key", (404, "not_found")),
    ],
)
def test_an_error_is_a_problem_document(client: TestClient, method: str, path: str, expected: tuple[int, str]) -> None:
    assert problem(client.request(method, path)) == expected


def test_a_body_that_is_too_large_is_refused_unread(client: TestClient) -> None:
    answer = client.post(STATIONS, content=b" " * (64 * 1024 + 1))

    assert problem(answer) == (413, "body_too_large")
    assert answer.json()["detail"] == "The request body is larger than the 64 KiB that this path takes."


def test_a_body_that_grows_too_large_is_refused(
    client: TestClient, as_user: Callable[[User], TestClient], make: Factory
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(65):
            yield b" " * 1024

    answer = as_user(make.user()).post(STATIONS, content=pieces(), headers={"Content-Type": "application/json"})

    assert problem(answer) == (413, "body_too_large")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 60_000, b'{"name": "\\ud800"}', b'{"\\ud800": 1}', b"nul"])
def test_a_body_that_is_not_json_is_invalid(make: Factory, as_user: Callable[[User], TestClient], body: bytes) -> None:
    superuser = as_user(make.user(is_superuser=True))

    answer = superuser.post(STATIONS, content=body, headers={"Content-Type": "application/json"})

    assert problem(answer) == (422, "invalid_input")
    assert answer.json()["errors"]


def test_wrong_fields_are_named_without_what_was_in_them(client: TestClient) -> None:
    answer = client.post("/api/v1/login/access-token", data={"username": "kim@station.test", "password": "x" * 5000})

    assert problem(answer) == (422, "invalid_input")
    assert "xxxx" not in answer.text


def test_who_is_not_logged_in_is_told_how(client: TestClient) -> None:
    assert client.get(STATIONS).headers["www-authenticate"] == "Bearer"


class Broken:
    """An application in which looking at the clock raises an error."""

    def __init__(self, client: TestClient, error: Exception) -> None:
        app = cast(FastAPI, client.app)

        def raise_it() -> None:
            raise error

        app.dependency_overrides[get_now] = raise_it
        self.client = TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotFound("Nobody here."), (404, "not_found")),
        (AppError(), (400, "error")),
        (Unavailable(retry_after_s=7), (503, "unavailable")),
        (
            sqlalchemy.exc.OperationalError("SELECT", {}, psycopg.OperationalError("gone")),
            (503, "database_unreachable"),
        ),
        (sqlalchemy.exc.OperationalError("SELECT", {}, psycopg.OperationalError("")), (503, "database_unreachable")),
        (sqlalchemy.exc.InterfaceError("SELECT", {}, psycopg.InterfaceError("gone")), (503, "database_unreachable")),
        (sqlalchemy.exc.TimeoutError("no connection"), (503, "database_unreachable")),
        (psycopg.OperationalError("gone"), (503, "database_unreachable")),
        (psycopg.OperationalError(), (503, "database_unreachable")),
        (sqlalchemy.exc.DataError("SELECT", {}, psycopg.DataError("range")), (422, "out_of_range")),
        (ZeroDivisionError("secret of the house"), (500, "internal_error")),
    ],
)
def test_what_goes_wrong_below_is_told_apart(client: TestClient, error: Exception, expected: tuple[int, str]) -> None:
    answer = Broken(client, error).client.get(STATIONS)

    assert problem(answer) == expected
    assert answer.headers["cache-control"] == "no-store"
    assert "secret" not in answer.text
    if expected[0] == 503:
        assert int(answer.headers["retry-after"]) >= 1


@pytest.fixture
def without_database(settings: Settings) -> Iterator[TestClient]:
    """The application beside a database that is not there."""
    nowhere = SecretStr("postgresql:///tracker?host=/nonexistent")
    engine = build_engine(settings.model_copy(update={"database_url": nowhere}))
    app = create_app()
    app.state.runtime = Runtime(
        settings=settings, engine=engine, secret_key=SECRET_KEY, public_url="http://tracker.test", recorder=NoRecorder()
    )
    assert open_transaction not in app.dependency_overrides
    yield TestClient(app)
    engine.dispose()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/stations/", None),
        ("GET", "/api/v1/presses/", None),
        ("POST", "/api/v1/login/access-token", {"username": "kim@station.test", "password": "a long password"}),
    ],
)
def test_without_its_database_the_server_says_so(
    without_database: TestClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    headers = {"Cookie": "tracker_session=anything"}

    answer = without_database.request(method, path, data=body, headers=headers)

    assert problem(answer) == (503, "database_unreachable")
    assert answer.headers["retry-after"] == "1"
