"""That no route that writes leaves nothing on the record of who did what, and what each of them leaves."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.api.deps import SAFE_METHODS, get_audit, get_open_audit
from app.features.audit.actions import Action
from app.main import Tracker
from app.models import NO_STATION, ActorKind, User
from app.tests.api.logins import bearer
from app.tests.api.studio import HOME, NEW_PASSWORD, PASSWORD, Studio, events

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


# What each leaves


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
