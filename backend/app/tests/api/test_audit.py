"""/audit: what each kind of write leaves behind, who may read it, and that no write leaves nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.api.deps import SAFE_METHODS, Runtime, get_audit, get_now, get_open_audit
from app.core import security
from app.core.config import Settings
from app.core.db import build_engine, transaction
from app.features.accounts import service as accounts
from app.features.audit import record
from app.features.audit.actions import Action
from app.features.presses import rollup
from app.main import Tracker
from app.models import (
    NO_STATION,
    ActorKind,
    AuditEvent,
    Button,
    Deck,
    Member,
    Press,
    PressKey,
    PressStatus,
    Role,
    Station,
    User,
)
from app.tests.api.logins import bearer
from app.tests.conftest import SECRET_KEY, settings_for
from app.tests.factories import LONG_AGO, Factory

AUDIT = "/api/v1/audit/"
PASSWORD, NEW_PASSWORD, WRONG_PASSWORD = "buckle up, it is the law", "seat belts save lives", "not my password"
HASH = security.hash_password(PASSWORD)
HOME = "192.0.2.1"
SET_UP = {
    "token": accounts.setup_token(SECRET_KEY),
    "email": "chief@example.com",
    "password": PASSWORD,
    "full_name": None,
    "station": {"name": "WXYZ", "purpose": "stream", "zone": "Europe/Berlin"},
}


# Every route


NOT_AUDITED = {
    ("POST", "/api/v1/login/test-token"): "changes nothing",
    ("POST", "/api/v1/invitations/read"): "changes nothing",
    ("POST", "/api/v1/presses/batch"): "presses are the record itself: each says when, from where and by which key",
}


def calls_of(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from calls_of(each)


def unaudited(application: FastAPI) -> set[tuple[str, str]]:
    """Routes that change something and ask for nothing to note it with."""
    found = set()
    for route in iter_route_contexts(application.routes):
        unsafe = set(route.methods or ()) - SAFE_METHODS
        if unsafe and not {get_audit, get_open_audit} & set(calls_of(route.dependant)):
            found |= {(method, str(route.path)) for method in unsafe}
    return found


def test_every_route_that_writes_can_note_it(application: Tracker) -> None:
    assert unaudited(application) == NOT_AUDITED.keys()


def test_a_route_that_writes_and_notes_nothing_is_found() -> None:
    application, router = FastAPI(), APIRouter()
    router.add_api_route("/deck", lambda: None, methods=["DELETE"])
    router.add_api_route("/deck", lambda: None, methods=["GET"])
    application.include_router(router, prefix="/api")

    assert unaudited(application) == {("DELETE", "/api/deck")}


# What a write leaves


class Studio:
    """A station with one of everything, and somebody of each kind."""

    def __init__(self, make: Factory) -> None:
        self.station: Station = make.station(name="WXYZ")
        self.owner: User = make.user(email="owner@example.com", full_name="Ann Owner", password_hash=HASH)
        self.chief: User = make.user(email="chief@example.com", is_superuser=True, password_hash=HASH)
        self.other: User = make.user(email="other@example.com")
        self.newcomer: User = make.user(email="newcomer@example.com")
        self.owner_member: Member = make.member(station=self.station, user=self.owner)
        make.member(station=self.station, user=self.other, role=Role.VIEWER)
        self.button: Button = make.button(station=self.station)
        self.retired: Button = make.button(station=self.station, retired_at=LONG_AGO)
        self.deck: Deck = make.deck(station=self.station)
        self.key: PressKey = make.press_key(button=self.button)
        pressed = make.button(station=self.station, title="Pressed")
        self.counted: Press = make.press(button=pressed)
        self.suppressed: Press = make.press(button=pressed, status=PressStatus.SUPPRESSED)
        rollup.rebuild(make.session, station_id=self.station.id)


@pytest.fixture
def studio(make: Factory) -> Studio:
    return Studio(make)


@pytest.fixture
def home(application: Tracker, client: TestClient) -> TestClient:
    """A client at an address."""
    return TestClient(application, client=(HOME, 50_000))


def events(session: Session) -> list[AuditEvent]:
    session.expire_all()
    return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.created_at), col(AuditEvent.action))))


# Of each write of a station: what is asked for, and what is noted. `{name}` is the id of something in the studio.
STATION_WRITES: list[tuple[str, str, Any, Action, str | None, dict[str, Any]]] = [
    ("POST", "buttons/", {"title": "Hug", "type": "psa"}, Action.BUTTON_CREATED, None, {"title": "Hug"}),
    ("PUT", "buttons/{button}", {"title": "Hug"}, Action.BUTTON_UPDATED, "button", {"fields": ["title"], "version": 2}),
    ("PATCH", "buttons/{button}", {"tags": ["a"]}, Action.BUTTON_UPDATED, "button", {"fields": ["tags"], "version": 1}),
    (
        "POST",
        "buttons/{button}/duplicate",
        None,
        Action.BUTTON_DUPLICATED,
        None,
        {"title": "Buckle up (copy)", "original_id": "{button}"},
    ),
    ("PUT", "buttons/{button}/retire", {"retire": True}, Action.BUTTON_RETIRED, "button", {}),
    ("PUT", "buttons/{retired}/retire", {"retire": False}, Action.BUTTON_UNRETIRED, "retired", {}),
    ("DELETE", "buttons/{retired}", None, Action.BUTTON_DELETED, "retired", {"title": "Buckle up"}),
    (
        "POST",
        "buttons/{button}/keys",
        {"deck_id": "{deck}"},
        Action.PRESS_KEY_CREATED,
        None,
        {"button_id": "{button}", "deck_id": "{deck}"},
    ),
    ("POST", "buttons/{button}/rotate-key", None, Action.PRESS_KEY_ROTATED, None, {"button_id": "{button}"}),
    ("DELETE", "keys/{key}", None, Action.PRESS_KEY_REVOKED, "key", {}),
    ("POST", "decks/", {"name": "Studio B"}, Action.DECK_CREATED, None, {"name": "Studio B"}),
    ("PATCH", "decks/{deck}", {"name": "B"}, Action.DECK_UPDATED, "deck", {"changed_to": {"name": "B"}}),
    ("DELETE", "decks/{deck}", None, Action.DECK_DELETED, "deck", {}),
    ("POST", "presses/{counted}/void", {"reason": "A slip"}, Action.PRESS_VOIDED, "counted", {}),
    ("POST", "presses/{suppressed}/restore", {"reason": "It aired"}, Action.PRESS_RESTORED, "suppressed", {}),
    ("POST", "presses/{counted}/note", {"note": "Late"}, Action.PRESS_NOTED, "counted", {}),
    (
        "PATCH",
        "stations/{station}",
        {"name": "WABC", "purpose": "radio"},
        Action.STATION_UPDATED,
        "station",
        {"changed": {"name": ["WXYZ", "WABC"]}},
    ),
    (
        "POST",
        "stations/{station}/members",
        {"email": "newcomer@example.com", "role": "editor"},
        Action.MEMBER_ADDED,
        "newcomer",
        {"role": "editor"},
    ),
    (
        "PATCH",
        "stations/{station}/members/{other}",
        {"role": "editor"},
        Action.MEMBER_UPDATED,
        "other",
        {"changed": {"role": ["viewer", "editor"]}},
    ),
    ("DELETE", "stations/{station}/members/{other}", None, Action.MEMBER_REMOVED, "other", {"role": "viewer"}),
]


class Ids(dict[str, UUID]):
    """Ids of what is in the studio, by name."""

    def __init__(self, studio: Studio) -> None:
        super().__init__({name: row.id for name, row in vars(studio).items() if hasattr(row, "id")})

    def filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.filled(each) for name, each in value.items()}
        return value.format_map(self) if isinstance(value, str) else value


@pytest.mark.parametrize(("method", "path", "body", "action", "subject", "details"), STATION_WRITES)
def test_a_write_of_a_station_leaves_one_event(
    session: Session,
    studio: Studio,
    home: TestClient,
    method: str,
    path: str,
    body: Any,
    action: Action,
    subject: str | None,
    details: dict[str, Any],
) -> None:
    ids = Ids(studio)
    headers = bearer(session, studio.owner)
    answer = home.request(method, f"/api/v1/{ids.filled(path)}", json=ids.filled(body), headers=headers)

    assert answer.is_success, answer.text
    (event,) = events(session)
    assert (event.action, event.station_id, event.details) == (action, studio.station.id, ids.filled(details))
    assert (event.actor, event.user_id, str(event.origin)) == (ActorKind.USER, studio.owner.id, HOME)
    assert event.subject_id == (ids[subject] if subject else UUID(answer.json()["id"]))


CHIEF, OWNER = "chief", "owner"
INSTANCE_WRITES: list[tuple[str, str, str, Any, Action, str | None, dict[str, Any]]] = [
    (
        CHIEF,
        "POST",
        "users/",
        {"email": "new@example.com", "password": PASSWORD},
        Action.USER_CREATED,
        None,
        {"is_superuser": False},
    ),
    (
        CHIEF,
        "PATCH",
        "users/{other}",
        {"email": "else@example.com", "is_active": False, "is_superuser": False, "password": NEW_PASSWORD},
        Action.USER_UPDATED,
        "other",
        {"fields": ["email", "is_active", "password"], "is_active": False},
    ),
    (CHIEF, "DELETE", "users/{newcomer}", None, Action.USER_DELETED, "newcomer", {}),
    (
        OWNER,
        "PATCH",
        "users/me",
        {"full_name": "Ann", "email": "owner@example.com"},
        Action.USER_UPDATED,
        "owner",
        {"fields": ["full_name"]},
    ),
    (
        OWNER,
        "PATCH",
        "users/me/password",
        {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
        Action.PASSWORD_CHANGED,
        "owner",
        {},
    ),
    (OWNER, "DELETE", "users/me/sessions", None, Action.OTHER_SESSIONS_ENDED, "owner", {}),
]


@pytest.mark.parametrize(("who", "method", "path", "body", "action", "subject", "details"), INSTANCE_WRITES)
def test_a_write_of_the_instance_leaves_one_event(
    session: Session,
    studio: Studio,
    home: TestClient,
    who: str,
    method: str,
    path: str,
    body: Any,
    action: Action,
    subject: str | None,
    details: dict[str, Any],
) -> None:
    ids = Ids(studio)
    user_id = ids[who]
    headers = bearer(session, session.get_one(User, user_id))
    answer = home.request(method, f"/api/v1/{ids.filled(path)}", json=body, headers=headers)

    assert answer.is_success, answer.text
    (event,) = events(session)
    assert (event.action, event.station_id, event.details) == (action, NO_STATION, details)
    assert (event.actor, event.user_id, str(event.origin)) == (ActorKind.USER, user_id, HOME)
    assert event.subject_id == (ids[subject] if subject else UUID(answer.json()["id"]))


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


# What is refused


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
