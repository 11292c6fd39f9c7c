"""/audit: what is noted beside the plain writes (`test_audited_writes`), who may read it, and that it stays."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session, select

from app.api.deps import Runtime
from app.core.config import Settings
from app.features.accounts import service as accounts
from app.features.audit import record
from app.features.audit.actions import Action
from app.main import Tracker
from app.models import NO_STATION, ActorKind, AuditEvent, Role, Station, User
from app.tests.api.logins import bearer
from app.tests.api.studio import HOME, NEW_PASSWORD, PASSWORD, Studio, events
from app.tests.conftest import SECRET_KEY
from app.tests.factories import LONG_AGO, Factory

AUDIT = "/api/v1/audit/"
SET_UP = {
    "token": accounts.setup_token(SECRET_KEY),
    "email": "chief@example.com",
    "password": PASSWORD,
    "full_name": None,
    "station": {"name": "WXYZ", "purpose": "stream", "zone": "Europe/Berlin"},
}


# What is noted


def test_who_deletes_their_account_stays_by_id(session: Session, studio: Studio, home: TestClient) -> None:
    user_id = studio.other.id
    assert home.delete("/api/v1/users/me", headers=bearer(session, studio.other)).is_success

    noted = [(each.action, each.station_id) for each in events(session)]
    assert noted == [(Action.USER_DELETED, NO_STATION), (Action.MEMBER_REMOVED, studio.station.id)]
    assert {(each.user_id, each.subject_id) for each in events(session)} == {(user_id, user_id)}
    shown = home.get(AUDIT, headers=bearer(session, studio.chief)).json()["data"][0]["actor"]
    assert (shown["user_id"], shown["name"]) == (str(user_id), None)


def test_a_new_station_is_noted_as_its_own_affair(session: Session, studio: Studio, home: TestClient) -> None:
    new = {"name": "WABC", "purpose": "desk", "zone": "UTC"}
    made = home.post("/api/v1/stations/", json=new, headers=bearer(session, studio.chief)).json()

    (event,) = events(session)
    assert (event.action, str(event.station_id)) == (Action.STATION_CREATED, made["id"])
    assert event.details == {"owner_id": str(studio.chief.id)}


def test_a_login_and_its_end_are_noted(session: Session, studio: Studio, home: TestClient) -> None:
    form = {"username": "owner@example.com", "password": PASSWORD}
    csrf = home.post("/api/v1/login/session", data=form).json()["csrf_token"]
    home.post("/api/v1/login/access-token", data=form)
    mine = home.get("/api/v1/users/me/sessions").json()["data"]
    headers = {"X-CSRF-Token": csrf}
    other = next(each["id"] for each in mine if not each["is_current"])
    assert home.delete(f"/api/v1/users/me/sessions/{other}", headers=headers).is_success
    assert home.delete("/api/v1/login/session", headers=headers).is_success

    noted = events(session)
    assert {(each.actor, each.user_id) for each in noted} == {(ActorKind.USER, studio.owner.id)}
    assert sorted((each.action, each.details.get("by")) for each in noted if each.action == Action.LOGIN) == [
        (Action.LOGIN, "access token"),
        (Action.LOGIN, "browser"),
    ]
    ended = {each.action: str(each.subject_id) for each in noted if each.action != Action.LOGIN}
    current = next(each["id"] for each in mine if each["is_current"])
    assert ended == {Action.SESSION_ENDED: other, Action.LOGOUT: current}


def test_the_set_up_is_noted(session: Session, home: TestClient) -> None:
    done = home.post("/api/v1/setup/", json=SET_UP).json()

    user_id, station_id = UUID(done["user"]["id"]), UUID(done["station"]["id"])
    noted = [(each.action, each.station_id, each.user_id, each.subject_id) for each in events(session)]
    assert sorted(noted) == [
        (Action.SET_UP, NO_STATION, user_id, user_id),
        (Action.STATION_CREATED, station_id, user_id, station_id),
    ]


def test_the_configured_first_account_is_noted_as_made_by_the_server(session: Session, settings: Settings) -> None:
    update = {"first_superuser": "chief@example.com", "first_superuser_password": settings.secret_key}
    configured = settings.model_copy(update=update)
    for _ in range(2):
        accounts.bootstrap(session, configured, zone="UTC", now=LONG_AGO)
    session.flush()

    assert [(each.action, each.actor) for each in events(session)] == [
        (Action.USER_CREATED, ActorKind.SERVER),
        (Action.STATION_CREATED, ActorKind.SERVER),
    ]


def test_a_sign_up_is_noted_whether_it_makes_an_account_or_not(
    application: Tracker, runtime: Runtime, session: Session, home: TestClient, studio: Studio
) -> None:
    settings = runtime.settings.model_copy(update={"users_open_registration": True})
    application.state.runtime = replace(runtime, settings=settings)
    for email in ("new@example.com", "other@example.com"):
        assert home.post("/api/v1/users/signup", json={"email": email, "password": PASSWORD}).is_success

    new = session.exec(select(User).where(User.email == "new@example.com")).one()
    noted = [(each.action, each.actor, each.user_id, each.subject_id) for each in events(session)]
    assert noted == [
        (Action.USER_SIGNED_UP, ActorKind.USER, new.id, new.id),
        (Action.USER_SIGNED_UP_AGAIN, ActorKind.STRANGER, None, studio.other.id),
    ]


@pytest.mark.parametrize("times", [1, 2])
def test_what_changes_nothing_leaves_nothing(session: Session, studio: Studio, home: TestClient, times: int) -> None:
    headers = bearer(session, studio.owner)
    for _ in range(times):
        home.delete(f"/api/v1/keys/{studio.key.id}", headers=headers)
        home.put(f"/api/v1/buttons/{studio.retired.id}/retire", json={"retire": True}, headers=headers)
        as_it_is = f"/api/v1/stations/{studio.station.id}"
        assert home.patch(as_it_is, json={"name": "WXYZ"}, headers=headers).is_success
        assert home.patch(f"{as_it_is}/members/{studio.other.id}", json={"role": "viewer"}, headers=headers).is_success
        assert home.patch("/api/v1/users/me", json={}, headers=headers).is_success
        chief = bearer(session, studio.chief)
        assert home.patch(f"/api/v1/users/{studio.other.id}", json={}, headers=chief).is_success

    assert [each.action for each in events(session)] == [Action.PRESS_KEY_REVOKED]


def test_nothing_that_is_noted_holds_a_secret(session: Session, studio: Studio, home: TestClient) -> None:
    owner, chief = bearer(session, studio.owner), bearer(session, studio.chief)
    key = home.post(f"/api/v1/buttons/{studio.button.id}/keys", headers=owner).json()["key"]
    token = home.post("/api/v1/login/access-token", data={"username": "owner@example.com", "password": PASSWORD}).json()
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert home.patch("/api/v1/users/me/password", json=change, headers=owner).is_success
    home.patch(f"/api/v1/users/{studio.other.id}", json={"password": NEW_PASSWORD}, headers=chief)

    rows = session.connection().scalars(text("SELECT e::text FROM audit_event AS e")).all()
    assert len(rows) == 4
    secrets = {key, token["access_token"], PASSWORD, NEW_PASSWORD, "argon2", studio.key.key}
    assert [secret for secret in secrets for row in rows if secret in row] == []


@pytest.mark.parametrize("name", ["password", "token", "press_key"])
def test_a_detail_that_is_called_like_a_secret_is_refused(session: Session, name: str) -> None:
    details: dict[str, Any] = {name: "x"}
    with pytest.raises(ValueError, match=name):
        record.Audit(session, record.SERVER, LONG_AGO).note(Action.LOGIN, subject_id=None, **details)


# Reading


def noted(make: Factory, *, station: Station | None = None, at: int = 0, **fields: Any) -> AuditEvent:
    """An event some minutes after the beginning of the year."""
    defaults: dict[str, Any] = {"action": Action.DECK_CREATED, "actor": ActorKind.USER, "details": {}}
    event = AuditEvent(
        station_id=station.id if station else NO_STATION,
        id=uuid4(),
        created_at=LONG_AGO + timedelta(minutes=at),
        **(defaults | fields),
    )
    make.session.add(event)
    make.session.flush()
    return event


def shown(client: TestClient, headers: dict[str, str], **params: Any) -> list[str]:
    answer = client.get(AUDIT, params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return [event["id"] for event in answer.json()["data"]]


def test_an_owner_sees_what_was_done_in_the_station(make: Factory, studio: Studio, client: TestClient) -> None:
    event = noted(make, station=studio.station, user_id=studio.owner.id, subject_id=studio.deck.id, origin=HOME)
    noted(make, station=make.station())
    noted(make)

    answer = client.get(AUDIT, headers=bearer(make.session, studio.owner))

    assert answer.json() == {
        "data": [
            {
                "id": str(event.id),
                "created_at": "2026-01-01T00:00:00Z",
                "action": "station:deck:create",
                "actor": {
                    "kind": "user",
                    "user_id": str(studio.owner.id),
                    "name": "Ann Owner",
                    "api_token_id": None,
                    "origin": HOME,
                },
                "station_id": str(studio.station.id),
                "subject_id": str(studio.deck.id),
                "details": {},
            }
        ],
        "next_cursor": None,
    }


def test_a_superuser_sees_everything_or_one_station(make: Factory, studio: Studio, client: TestClient) -> None:
    headers = bearer(make.session, studio.chief)
    of_station, of_instance = noted(make, station=studio.station), noted(make, at=1)

    assert shown(client, headers) == [str(of_instance.id), str(of_station.id)]
    assert shown(client, headers, station_id=studio.station.id) == [str(of_station.id)]


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 403), (Role.VIEWER, 403), (None, 404)])
def test_others_see_nothing(make: Factory, studio: Studio, client: TestClient, role: Role | None, status: int) -> None:
    if role is not None:
        make.member(station=studio.station, user=studio.newcomer, role=role)
    headers = bearer(make.session, studio.newcomer)

    assert client.get(AUDIT, params={"station_id": str(studio.station.id)}, headers=headers).status_code == status
    assert client.get(AUDIT, headers=headers).status_code == (403 if role else 422)
    assert client.get(AUDIT).status_code == 401


def test_events_are_walked_from_the_newest_to_the_oldest(make: Factory, studio: Studio, client: TestClient) -> None:
    headers = bearer(make.session, studio.owner)
    # Two at a time have the same moment.
    made = [noted(make, station=studio.station, at=number // 2) for number in range(7)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(AUDIT, params={"limit": "3"} | cursor, headers=headers).json()
        seen += [event["id"] for event in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    in_order = sorted(made, key=lambda each: (each.created_at, each.id), reverse=True)
    assert seen == [str(each.id) for each in in_order]


def test_events_are_found_by_what_when_who_and_what_to(make: Factory, studio: Studio, client: TestClient) -> None:
    headers = bearer(make.session, studio.owner)
    station = studio.station
    first = noted(make, station=station, user_id=studio.owner.id)
    second = noted(make, station=station, at=1, action=Action.DECK_DELETED, subject_id=studio.deck.id)

    assert shown(client, headers, action="station:deck:delete") == [str(second.id)]
    assert shown(client, headers, user_id=studio.owner.id) == [str(first.id)]
    assert shown(client, headers, subject_id=studio.deck.id) == [str(second.id)]
    assert shown(client, headers, start="2026-01-01T00:01:00Z") == [str(second.id)]
    assert shown(client, headers, end="2026-01-01T00:01:00Z") == [str(first.id)]


@pytest.mark.parametrize("cursor", ["x", "1", "1.x", f"{'9' * 60}.{UUID(int=1).hex}", ".", "-1.5"])
def test_a_cursor_that_no_page_gave_is_refused(make: Factory, studio: Studio, client: TestClient, cursor: str) -> None:
    answer = client.get(AUDIT, params={"cursor": cursor}, headers=bearer(make.session, studio.owner))

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


# The table


@pytest.mark.parametrize(
    "change", ["UPDATE audit_event SET details = '{}'", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_what_was_noted_stays(make: Factory, change: str) -> None:
    noted(make)
    with pytest.raises(Exception, match="audit_event is append-only"):
        make.session.connection().execute(text(change))


def test_every_action_says_source_subject_and_action(session: Session) -> None:
    for action in Action:
        record.Audit(session, record.SERVER, LONG_AGO).note(action)
    session.flush()

    assert len(events(session)) == len(Action)
