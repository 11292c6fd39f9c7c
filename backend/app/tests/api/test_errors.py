"""Whatever goes wrong leaves as a problem document with a stable code."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import psycopg
import pytest
import sqlalchemy.exc
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.api.deps import Runtime, get_now, open_transaction
from app.api.errors import code_of
from app.core.config import Settings
from app.core.db import build_engine
from app.core.errors import AppError, NotFound, TooManyTries, Unavailable
from app.core.log import configure_logging
from app.main import create_app
from app.models import Role, Station, User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import Factory
from app.tests.stand_ins import NoRecorder, NoStreams, announce_nothing

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
        ("DELETE", "/api/v1/keys/old-addresses", (405, "method_not_allowed")),
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


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (406, "not_acceptable"), (413, "body_too_large"), (418, "i_m_a_teapot")]
)
def test_an_http_error_is_called_as_its_status_is(status: int, code: str) -> None:
    assert code_of(status) == code


def member(make: Factory, *, station: Station, role: Role) -> User:
    user = make.user()
    make.member(station=station, user=user, role=role)
    return user


def messages(answer: Any) -> dict[str, str]:
    assert problem(answer) == (422, "invalid_input")
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def test_wrong_fields_are_told_in_plain_words(make: Factory, as_user: Callable[[User], TestClient]) -> None:
    superuser = as_user(make.user(is_superuser=True))
    wrong = {"password": "short", "full_name": "x" * 256, "admin": True}

    assert messages(superuser.post("/api/v1/users/", json=wrong)) == {
        "body.email": "is missing",
        "body.password": "must have at least 8 characters",
        "body.full_name": "must have at most 255 characters",
        "body.admin": "is not a known field",
    }


def test_wrong_fields_of_a_button_are_told_in_plain_words(make: Factory, as_user: Callable[[User], TestClient]) -> None:
    station = make.station()
    editor = as_user(member(make, station=station, role=Role.EDITOR))
    wrong = {"title": " \n ", "type": "x" * 41, "color": "red", "description": "x" * 4001, "tags": ["x" * 41]}

    assert messages(editor.post("/api/v1/buttons/", json=wrong)) == {
        "body.title": "must not be empty",
        "body.type": "must have at most 40 characters",
        "body.color": "must look like #1a2b3c",
        "body.description": "must have at most 4000 characters",
        "body.tags.0": "must have at most 40 characters",
    }


def test_the_length_of_a_line_is_taken_after_its_white_space(
    make: Factory, as_user: Callable[[User], TestClient]
) -> None:
    superuser = as_user(make.user(is_superuser=True))
    station = {"name": "  W" + " " * 300 + "XYZ\n", "purpose": "radio", "zone": " Europe/Berlin "}

    assert superuser.post(STATIONS, json=station).json()["name"] == "W XYZ"


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        ("/presses/?statu=suppressed", ["statu"]),
        ("/presses/?status=suppressed&limt=5&Limit=5", ["Limit", "limt"]),
        ("/buttons/?stat=all&q=hug", ["stat"]),
        ("/buttons/?listing=all", ["listing"]),
        ("/buttons/retirements/?button=1", ["button"]),
        ("/decks/?page=2", ["page"]),
        ("/watches/?from=2026-01-01", ["from"]),
        ("/stations/?limit=5", ["limit"]),
        ("/users/me?%F0%9F%8E%99=1", ["\N{STUDIO MICROPHONE}"]),
        ("/utils/health-check/?x=", ["x"]),
    ],
)
def test_a_misspelt_query_parameter_is_refused(
    make: Factory, as_user: Callable[[User], TestClient], path: str, unknown: list[str]
) -> None:
    viewer = as_user(member(make, station=make.station(), role=Role.VIEWER))

    assert messages(viewer.get(f"/api/v1{path}")) == {f"query.{name}": "is not a known field" for name in unknown}


def test_every_query_parameter_of_the_document_is_known(
    make: Factory, as_user: Callable[[User], TestClient], subtests: pytest.Subtests
) -> None:
    viewer = as_user(member(make, station=make.station(), role=Role.VIEWER))
    paths = viewer.get("/api/v1/openapi.json").json()["paths"]
    for path, item in paths.items():
        asked = [each["name"] for each in item.get("get", {}).get("parameters", []) if each["in"] == "query"]
        with subtests.test(path):
            answer = viewer.get(path, params=dict.fromkeys(asked, "\0"))
            assert "is not a known field" not in answer.text


@pytest.mark.parametrize("path", ["/stations/", "/users/me", "/setup/"])
def test_the_station_may_be_named_everywhere(make: Factory, as_user: Callable[[User], TestClient], path: str) -> None:
    station = make.station()
    viewer = as_user(member(make, station=station, role=Role.VIEWER))

    assert viewer.get(f"/api/v1{path}", params={"station_id": str(station.id)}).status_code == 200


@pytest.mark.parametrize(
    ("wait_s", "said"), [(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (841, "15 minutes")]
)
def test_who_has_to_wait_is_told_how_long(wait_s: int, said: str) -> None:
    assert TooManyTries(retry_after_s=wait_s).detail == f"There were too many tries. Try again in {said}."


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
        (
            sqlalchemy.exc.InternalError("SELECT", {}, psycopg.errors.IdleInTransactionSessionTimeout()),
            (503, "database_unreachable"),
        ),
        (sqlalchemy.exc.InternalError("SELECT", {}, psycopg.InternalError("odd")), (500, "internal_error")),
        (psycopg.OperationalError("gone"), (503, "database_unreachable")),
        (psycopg.OperationalError(), (503, "database_unreachable")),
        (sqlalchemy.exc.DataError("SELECT", {}, psycopg.DataError("range")), (422, "out_of_range")),
        (sqlalchemy.exc.OperationalError("SELECT", {}, psycopg.errors.QueryCanceled()), (503, "too_much_asked")),
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


@pytest.mark.parametrize("error", [psycopg.OperationalError("gone"), ZeroDivisionError()])
def test_a_failure_is_logged_without_the_address_whose_password_was_forgotten(
    client: TestClient, capfd: pytest.CaptureFixture[str], error: Exception
) -> None:
    configure_logging()
    Broken(client, error).client.post("/api/v1/password-recovery/ann@example.com")

    logged = capfd.readouterr().err
    assert "/api/v1/password-recovery" in logged
    assert "ann@example.com" not in logged


@pytest.fixture
def without_database(settings: Settings) -> Iterator[TestClient]:
    """The application beside a database that is not there."""
    nowhere = SecretStr("postgresql:///tracker?host=/nonexistent")
    engine = build_engine(settings.model_copy(update={"database_url": nowhere}))
    app = create_app()
    app.state.runtime = Runtime(
        settings=settings,
        engine=engine,
        secret_key=SECRET_KEY,
        public_url="http://tracker.test",
        recorder=NoRecorder(),
        streams=NoStreams(),
        announce=announce_nothing,
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


def test_an_error_is_noted_without_the_address_whose_password_was_forgotten(without_database: TestClient) -> None:
    path = "/api/v1/password-recovery-html-content/kim@station.test"
    with capture_logs() as noted:
        without_database.post(path, headers={"Cookie": "tracker_session=anything"})

    assert [(each["event"], each["path"]) for each in noted] == [
        ("database_unreachable", "/api/v1/password-recovery…"),
    ]
