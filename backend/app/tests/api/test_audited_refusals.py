"""What stays of a request that was refused, on a database where each is committed or rolled back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.api.deps import Runtime, get_now
from app.core import security
from app.core.db import build_engine, transaction
from app.features.audit import record
from app.features.audit.actions import Action
from app.main import Tracker
from app.models import ActorKind, AuditEvent, User
from app.tests.api.logins import bearer
from app.tests.api.studio import HASH, HOME, NEW_PASSWORD, WRONG_PASSWORD, events
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO, Factory


@pytest.fixture
def served(application: Tracker, runtime: Runtime, new_database: Callable[[str], str]) -> Iterator[Runtime]:
    """The application on a database of its own with an owner's account, where each request is committed or not."""
    settings = settings_for(new_database(f"audit_{uuid4().hex}"))
    engine = build_engine(settings)
    with transaction(engine) as session:
        Factory(session).user(email="owner@example.com", password_hash=HASH)
    served = replace(runtime, settings=settings, engine=engine)
    application.state.runtime = served
    application.dependency_overrides[get_now] = lambda: LONG_AGO
    yield served
    application.dependency_overrides.clear()
    engine.dispose()


def kept_events(served: Runtime) -> list[AuditEvent]:
    with transaction(served.engine) as session:
        return events(session)


def log_in(client: TestClient, email: str, password: str) -> int:
    return client.post("/api/v1/login/access-token", data={"username": email, "password": password}).status_code


def test_a_refused_login_stays_although_its_request_is_rolled_back(application: Tracker, served: Runtime) -> None:
    client = TestClient(application, client=(HOME, 50_000))
    assert [log_in(client, email, WRONG_PASSWORD) for email in ("owner@example.com", "nobody@example.com")] == [
        400,
        400,
    ]

    known, unknown = sorted(kept_events(served), key=lambda each: each.subject_id is None)
    with transaction(served.engine) as session:
        owner = session.exec(select(User)).one()
    assert {known.action, unknown.action} == {Action.LOGIN_REFUSED}
    assert {(each.actor, each.user_id, str(each.origin)) for each in (known, unknown)} == {
        (ActorKind.STRANGER, None, HOME)
    }
    assert (known.subject_id, unknown.subject_id) == (owner.id, None)
    # What was typed may have been a password in the wrong field.
    assert (known.details, unknown.details) == ({}, {})


def test_a_wrong_current_password_is_noted(application: Tracker, served: Runtime) -> None:
    with transaction(served.engine) as session:
        owner = session.exec(select(User)).one()
        headers = bearer(session, owner)
    application.dependency_overrides.pop(get_now)
    change = {"current_password": WRONG_PASSWORD, "new_password": NEW_PASSWORD}
    assert TestClient(application).patch("/api/v1/users/me/password", json=change, headers=headers).status_code == 400

    (event,) = kept_events(served)
    assert (event.action, event.user_id, event.subject_id) == (Action.PASSWORD_REFUSED, owner.id, owner.id)


def test_a_flood_of_logins_leaves_an_event_for_each_hold(application: Tracker, served: Runtime) -> None:
    client = TestClient(application, client=(HOME, 50_000))
    statuses = [log_in(client, "owner@example.com", WRONG_PASSWORD) for _ in range(50)]

    assert len(kept_events(served)) == statuses.count(400) == 5


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_without_a_limiter_a_flood_of_logins_is_noted_so_many_times_an_hour(
    application: Tracker, served: Runtime, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    monkeypatch.setattr(record, "MAX_REFUSALS", 3)
    monkeypatch.setattr(security, "verify_password", lambda password, hashed: (False, None))
    settings = served.settings.model_copy(update={"login_limiter": False})
    application.state.runtime = replace(served, settings=settings)
    client = TestClient(application)
    assert [log_in(client, email, WRONG_PASSWORD) for _ in range(5)] == [400] * 5
    assert len(kept_events(served)) == 3

    application.dependency_overrides[get_now] = lambda: LONG_AGO + record.REFUSALS_COUNTED_OVER
    assert log_in(client, email, WRONG_PASSWORD) == 400
    assert len(kept_events(served)) == 4


def test_what_is_rolled_back_leaves_nothing(application: Tracker, served: Runtime) -> None:
    with transaction(served.engine) as session:
        make = Factory(session)
        owner = session.exec(select(User)).one()
        station = make.station()
        make.member(station=station, user=owner)
        button = make.button(station=station)
        make.press(button=button)
        headers = bearer(session, owner)
    application.dependency_overrides.pop(get_now)
    client = TestClient(application)

    assert client.delete(f"/api/v1/buttons/{button.id}", headers=headers).status_code == 409
    assert client.delete(f"/api/v1/stations/{station.id}/members/{owner.id}", headers=headers).status_code == 409
    assert kept_events(served) == []
