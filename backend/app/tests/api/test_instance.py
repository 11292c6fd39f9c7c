"""All of the instance, over HTTP: its stations, and how it is."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlmodel import Session

from app.api.deps import Runtime, get_now
from app.api.openapi import VERSION
from app.core import clock
from app.features.audit.actions import Action
from app.features.audit.record import COMMAND, Audit
from app.features.instance import service
from app.features.presses import rollup
from app.main import Tracker
from app.models import Job, JobKind, PressStatus, Role, Watch
from app.tests.api.logins import bearer
from app.tests.factories import Factory

STATIONS, HEALTH = "/api/v1/instance/stations", "/api/v1/instance/health"
NOW = clock.now()
PRESSED_AT = NOW - timedelta(hours=3)


@pytest.fixture
def chief(session: Session, make: Factory, application: Tracker, client: TestClient) -> dict[str, str]:
    application.dependency_overrides[get_now] = lambda: NOW
    return bearer(session, make.user(is_superuser=True))


def health(client: TestClient, chief: dict[str, str]) -> dict[str, Any]:
    answer = client.get(HEALTH, headers=chief)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_station_is_listed_with_what_it_amounts_to(
    client: TestClient, session: Session, make: Factory, chief: dict[str, str]
) -> None:
    station = make.station(name="WXYZ", zone="America/New_York")
    for role in (Role.OWNER, Role.VIEWER):
        make.member(station=station, user=make.user(), role=role)
    for button in (make.button(station=station), make.button(station=station, title="Hug")):
        make.press(button=button, pressed_at=PRESSED_AT)
        make.press(button=button, pressed_at=NOW, status=PressStatus.SUPPRESSED)
    make.press(button=make.button(station=make.station(name="Elsewhere")))
    rollup.rebuild(session, station_id=station.id)

    found = client.get(STATIONS, headers=chief).json()

    assert [each["name"] for each in found["data"]] == ["Elsewhere", "WXYZ"]
    assert found["count"] == 2
    shown = found["data"][1]
    assert (shown["id"], shown["purpose"], shown["zone"]) == (str(station.id), "radio", "America/New_York")
    assert (shown["member_count"], shown["press_count"]) == (2, 2)
    assert datetime.fromisoformat(shown["last_pressed_at"]) == PRESSED_AT


def test_a_station_without_anything_counts_nothing(client: TestClient, make: Factory, chief: dict[str, str]) -> None:
    make.station()

    (shown,) = client.get(STATIONS, headers=chief).json()["data"]

    assert (shown["member_count"], shown["press_count"], shown["last_pressed_at"]) == (0, 0, None)


def test_stations_come_in_pages(client: TestClient, make: Factory, chief: dict[str, str]) -> None:
    for name in "CABD":
        make.station(name=name)

    page = client.get(STATIONS, params={"skip": 1, "limit": 2}, headers=chief).json()

    assert ([each["name"] for each in page["data"]], page["count"]) == (["B", "C"], 4)


@pytest.mark.parametrize("path", [STATIONS, HEALTH])
def test_the_instance_is_shown_to_superusers_alone(
    client: TestClient, session: Session, make: Factory, path: str
) -> None:
    owner = make.user()
    make.member(station=make.station(), user=owner, role=Role.OWNER)

    refused = client.get(path, headers=bearer(session, owner))

    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_low")
    assert client.get(path).status_code == 401


def test_health_tells_how_the_instance_is(client: TestClient, chief: dict[str, str], runtime: Runtime) -> None:
    found = health(client, chief)
    database = found["database"]

    assert (found["version"], found["public_url"]) == (VERSION, runtime.public_url)
    # Nobody records in this test.
    assert (found["is_recording"], found["process_count"], found["recording_since"]) == (False, 0, None)
    assert (found["is_mail_configured"], found["mail_server"], found["is_sign_up_open"]) == (False, None, False)
    assert (found["waiting_job_count"], found["last_backup_at"]) == (0, None)
    assert database["server_version"].split(".")[0].isdecimal()
    assert database["size_bytes"] > 1_000_000
    assert database["revision"] != ""
    assert (database["is_embedded"], database["database_name"]) == (False, "tracker_rolled_back")


def test_health_counts_the_processes_that_give_signs_of_life(
    client: TestClient, session: Session, chief: dict[str, str]
) -> None:
    ages = {"old": timedelta(days=3), "young": timedelta(hours=1)}
    for age in ages.values():
        session.add(Watch(started_at=NOW - age, last_seen_at=NOW - timedelta(seconds=2)))
    long_silent = NOW - timedelta(minutes=5)
    session.add(Watch(started_at=NOW - timedelta(days=9), last_seen_at=long_silent))
    session.add(Watch(started_at=NOW - timedelta(days=8), last_seen_at=NOW, ended_at=NOW))
    session.flush()

    found = health(client, chief)

    assert found["process_count"] == 2
    assert datetime.fromisoformat(found["recording_since"]) == NOW - ages["old"]


def test_health_tells_of_mail_and_of_the_last_backup(
    client: TestClient, session: Session, application: Tracker, runtime: Runtime, chief: dict[str, str]
) -> None:
    smtp = {"smtp_host": "smtp.test", "smtp_port": 2525, "smtp_user": "me", "smtp_password": SecretStr("hush")}
    application.state.runtime = replace(runtime, settings=runtime.settings.model_copy(update=smtp))
    session.add(Job(kind=JobKind.MAIL, payload={}, made_at=NOW, due_at=NOW, give_up_at=NOW))
    for days in (9, 2, 5):
        Audit(session, COMMAND, NOW - timedelta(days=days)).note(Action.BACKUP_MADE, name="one.tar")
    session.flush()

    found = health(client, chief)

    assert (found["is_mail_configured"], found["mail_server"], found["waiting_job_count"]) == (
        True,
        "smtp.test:2525",
        1,
    )
    assert datetime.fromisoformat(found["last_backup_at"]) == NOW - timedelta(days=2)


def test_health_holds_no_secret(
    client: TestClient, application: Tracker, runtime: Runtime, chief: dict[str, str]
) -> None:
    url = SecretStr(f"postgresql://somebody:{uuid4().hex}@db.test:5433/tracker?sslpassword=hush")
    settings = runtime.settings.model_copy(update={"database_url": url})
    application.state.runtime = replace(runtime, settings=settings)

    answer = client.get(HEALTH, headers=chief)

    assert (answer.json()["database"]["host"], answer.json()["database"]["database_name"]) == ("db.test", "tracker")
    for secret in ("somebody", url.get_secret_value()[22:54], "hush", runtime.secret_key):
        assert secret not in answer.text


def test_the_database_that_the_server_brought_is_known_as_such(
    session: Session, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = runtime.settings.model_copy(update={"tracker_data_dir": tmp_path})
    monkeypatch.setattr(service, "conninfo_of_running", lambda _data_dir: settings.conninfo)

    found = service.read_health(
        session, settings=settings, version=VERSION, public_url=runtime.public_url, is_recording=True, now=NOW
    )

    assert (found.database.is_embedded, found.data_dir) == (True, str(tmp_path))
    assert found.free_bytes is not None


def test_a_data_folder_that_is_not_there_has_no_free_space(session: Session, runtime: Runtime, tmp_path: Path) -> None:
    settings = runtime.settings.model_copy(update={"tracker_data_dir": tmp_path / "gone"})

    found = service.read_health(
        session, settings=settings, version=VERSION, public_url=runtime.public_url, is_recording=True, now=NOW
    )

    assert (found.free_bytes, found.database.is_embedded) == (None, False)
