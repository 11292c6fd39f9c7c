"""The first start, over HTTP."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.api.deps import Runtime
from app.features.accounts import service
from app.main import Tracker
from app.models import LoginSession, Member, Role, Station, User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import Factory

SETUP = "/api/v1/setup/"
WANTED: dict[str, Any] = {
    "token": service.setup_token(SECRET_KEY),
    "email": "Chief@Example.com",
    "password": "buckle up, it is the law",
    "full_name": None,
    "station": {"name": "WXYZ", "purpose": "stream", "zone": "Europe/Berlin"},
}


def test_a_server_without_accounts_needs_to_be_set_up(client: TestClient, make: Factory) -> None:
    assert client.get(SETUP).json()["is_needed"] is True
    make.user()
    assert client.get(SETUP).json()["is_needed"] is False


@pytest.mark.parametrize("is_open", [True, False])
def test_whoever_has_no_account_is_told_whether_they_can_make_one(
    application: Tracker, client: TestClient, runtime: Runtime, is_open: bool
) -> None:
    settings = runtime.settings.model_copy(update={"users_open_registration": is_open})
    application.state.runtime = replace(runtime, settings=settings)

    assert client.get(SETUP).json()["is_registration_open"] is is_open


def test_set_up_makes_a_superuser_who_owns_a_station_and_is_logged_in(client: TestClient, session: Session) -> None:
    answer = client.post(SETUP, json=WANTED)
    assert answer.status_code == 201
    done = answer.json()
    assert done.keys() == {"user", "csrf_token", "station"}
    assert (done["user"]["email"], done["user"]["is_superuser"]) == ("chief@example.com", True)
    assert (done["station"]["zone"], done["station"]["dedup_window_ms"]) == ("Europe/Berlin", 0)
    assert done["station"]["role"] == "owner"
    user_id, station_id = UUID(done["user"]["id"]), UUID(done["station"]["id"])
    assert session.get_one(Member, (station_id, user_id)).role == Role.OWNER
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert client.get("/api/v1/login/session").json() == {"user": done["user"], "csrf_token": done["csrf_token"]}
    assert client.get("/api/v1/stations/").json()["data"] == [done["station"]]


def test_the_session_of_the_set_up_can_go_on_to_change_things(client: TestClient) -> None:
    done = client.post(SETUP, json=WANTED).json()
    path = f"/api/v1/stations/{done['station']['id']}"
    assert client.patch(path, json={"name": "New"}).status_code == 403
    headers = {"X-CSRF-Token": done["csrf_token"]}
    assert client.patch(path, json={"name": "New"}, headers=headers).json()["name"] == "New"


def test_a_server_is_set_up_once(client: TestClient, session: Session) -> None:
    assert client.post(SETUP, json=WANTED).status_code == 201
    client.cookies.clear()
    again = client.post(SETUP, json=WANTED | {"email": "other@example.com"})
    assert (again.status_code, again.json()["code"]) == (409, "already_set_up")
    assert "set-cookie" not in again.headers
    assert len(session.exec(select(User)).all()) == 1


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 64, service.setup_token("another key"), "\u00e9"])
def test_without_the_printed_link_nobody_sets_up(client: TestClient, session: Session, token: str) -> None:
    answer = client.post(SETUP, json=WANTED | {"token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "setup_token_invalid")
    assert not session.exec(select(User)).all()
    assert not session.exec(select(Station)).all()
    assert not session.exec(select(LoginSession)).all()


def test_after_the_set_up_a_wrong_token_is_not_told_from_a_right_one(client: TestClient, make: Factory) -> None:
    make.user()
    right, wrong = client.post(SETUP, json=WANTED), client.post(SETUP, json=WANTED | {"token": "x"})
    assert right.text == wrong.text


def test_another_sites_page_cannot_set_up(client: TestClient) -> None:
    answer = client.post(SETUP, json=WANTED, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token", "a\x00"),
        ("token", "a\ud800"),
        ("token", "x" * 201),
        ("email", "nonsense"),
        ("email", "a\x00@example.com"),
        ("email", "a\ud800@example.com"),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "eight888\x00"),
        ("password", "eight888\ud800"),
        ("full_name", "a\x00"),
        ("full_name", "a\ud800"),
        ("station.name", ""),
        ("station.name", "a\x00"),
        ("station.name", "a\ud800"),
        ("station.zone", "Mars/Olympus_Mons"),
        ("station.purpose", "church"),
        ("station", None),
        ("is_superuser", True),
    ],
)
def test_a_malformed_set_up_is_refused_with_its_field(
    client: TestClient, session: Session, field: str, value: Any
) -> None:
    wanted = json.loads(json.dumps(WANTED))
    *parents, name = field.split(".")
    (wanted[parents[0]] if parents else wanted)[name] = value
    # Plain ASCII, so that a lone surrogate can be sent at all.
    answer = client.post(SETUP, content=json.dumps(wanted), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{field}"]
    assert not session.exec(select(User)).all()


def test_a_zone_that_the_database_does_not_know_is_refused_with_its_field(
    client: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.features.accounts.queries.is_zone_known", lambda *_: False)
    answer = client.post(SETUP, json=WANTED)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_zone")
    assert [error["field"] for error in answer.json()["errors"]] == ["body.station.zone"]
    # The account that was made before the zone was looked up is gone with the transaction.
    assert client.get(SETUP).json()["is_needed"] is True
