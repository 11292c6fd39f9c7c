"""/tokens: API tokens are made by members, open what their scopes say and nothing else, and end with their makers."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.api.deps import API_PREFIX, get_now
from app.core import security
from app.features.tokens import rules
from app.main import Tracker
from app.models import ApiToken, AuditEvent, Member, Role, Scope, Station, User
from app.tests.api.logins import bearer
from app.tests.api.programs import BATCH, NOW, auth, code_of, member_of, new_token
from app.tests.factories import Factory

TOKENS = "/api/v1/tokens/"

READ, WRITE = Scope.BUTTONS_READ, Scope.BUTTONS_WRITE

# What each scope opens; what stands neither here nor below is closed to every token.
OPEN: dict[tuple[str, str], Scope] = {
    ("GET", "/buttons/"): READ,
    ("GET", "/buttons/retirements"): READ,
    ("GET", "/buttons/retirements/"): READ,
    ("GET", "/buttons/{button_id}"): READ,
    ("GET", "/buttons/{button_id}/retirements"): READ,
    ("GET", "/buttons/{button_id}/versions"): READ,
    ("GET", "/decks/"): READ,
    ("GET", "/decks/{deck_id}"): READ,
    ("POST", "/buttons/"): WRITE,
    ("PUT", "/buttons/{button_id}"): WRITE,
    ("PATCH", "/buttons/{button_id}"): WRITE,
    ("DELETE", "/buttons/{button_id}"): WRITE,
    ("POST", "/buttons/{button_id}/duplicate"): WRITE,
    ("PUT", "/buttons/{button_id}/retire"): WRITE,
    # Whoever has a key can record presses, so to see keys is more than to see buttons.
    ("GET", "/buttons/{button_id}/keys"): WRITE,
    ("POST", "/buttons/{button_id}/keys"): WRITE,
    ("POST", "/buttons/{button_id}/rotate-key"): WRITE,
    ("DELETE", "/keys/{key_id}"): WRITE,
    ("POST", "/decks/"): WRITE,
    ("PATCH", "/decks/{deck_id}"): WRITE,
    ("DELETE", "/decks/{deck_id}"): WRITE,
    ("GET", "/presses/"): Scope.PRESSES_READ,
    ("GET", "/presses/{press_id}"): Scope.PRESSES_READ,
    ("GET", "/presses/export.csv"): Scope.PRESSES_READ,
    ("GET", "/presses/export.jsonl"): Scope.PRESSES_READ,
    ("GET", "/watches/"): Scope.PRESSES_READ,
    ("GET", "/stats/summary"): Scope.PRESSES_READ,
    ("GET", "/stats/timeseries"): Scope.PRESSES_READ,
    ("GET", "/stats/heatmap"): Scope.PRESSES_READ,
    ("GET", "/stats/calendar"): Scope.PRESSES_READ,
    ("GET", "/stats/top"): Scope.PRESSES_READ,
    ("GET", "/stats/unused"): Scope.PRESSES_READ,
    ("GET", "/buttons/{button_id}/usage"): Scope.PRESSES_READ,
    ("GET", "/stream"): Scope.PRESSES_READ,
    ("POST", "/presses/batch"): Scope.PRESS_WRITE,
}
# These ask nobody who they are.
WITHOUT_LOGIN = {
    ("GET", "/setup/"),
    ("POST", "/setup/"),
    ("POST", "/login/access-token"),
    ("GET", "/login/session"),
    ("POST", "/login/session"),
    ("POST", "/users/signup"),
    ("POST", "/password-recovery/{email}"),
    ("POST", "/reset-password/"),
    ("POST", "/confirm-email/"),
    ("POST", "/invitations/read"),
    ("POST", "/invitations/register"),
    ("POST", "/mails/stop"),
    ("GET", "/utils/health-check/"),
}


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


@pytest.fixture
def owner(make: Factory, station: Station) -> User:
    return member_of(make, station, Role.OWNER)


# What they open


def routes(application: Tracker) -> set[tuple[str, str]]:
    return {
        (method, str(route.path_format).removeprefix(API_PREFIX))
        for route in iter_route_contexts(application.routes)
        for method in route.methods or ()
        if str(route.path_format).startswith(API_PREFIX) and not str(route.path_format).endswith("openapi.json")
    }


def is_open(client: TestClient, method: str, path: str, secret: str) -> bool:
    """Whether a route takes the token; what it then says of a request that means nothing is its own affair."""
    url = API_PREFIX + re.sub(r"\{\w+\}", str(uuid4()), path)
    body = {"presses": [{"id": str(uuid4()), "button_id": str(uuid4())}]} if path == "/presses/batch" else None
    answer = client.request(method, url, headers=auth(secret), json=body)
    is_closed = answer.status_code in (401, 403)
    if is_closed:
        wanted = OPEN.get((method, path))
        assert code_of(answer) == (403, "scope_missing" if wanted else "token_not_allowed"), (method, path)
    return not is_closed


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_opens_what_the_table_says_and_nothing_else(
    application: Tracker, client: TestClient, session: Session, station: Station, owner: User, scope: Scope
) -> None:
    secret = new_token(session, station, owner, scopes=frozenset({scope}))
    every = routes(application)
    opened = {route for route in every - WITHOUT_LOGIN if is_open(client, *route, secret)}

    has = {scope, READ} if scope == WRITE else {scope}
    assert opened == {route for route, wanted in OPEN.items() if wanted in has}
    assert every >= OPEN.keys() | WITHOUT_LOGIN


def test_all_scopes_together_reach_no_account(
    application: Tracker, client: TestClient, session: Session, station: Station, make: Factory
) -> None:
    superuser = make.user(is_superuser=True)
    secret = new_token(session, station, superuser)
    closed = {route for route in routes(application) - WITHOUT_LOGIN if not is_open(client, *route, secret)}

    assert closed == routes(application) - WITHOUT_LOGIN - OPEN.keys()
    assert {path.split("/")[1] for _, path in closed} == {
        *("audit", "instance", "invitations", "keys", "login", "password-recovery-html-content"),
        *("presses", "stations", "tokens", "users", "utils"),
    }
    assert {path for _, path in closed if path.startswith("/keys")} == {"/keys/old-addresses"}
    assert {path for _, path in closed if path.startswith("/presses")} == {
        "/presses/manual",
        "/presses/{press_id}/note",
        "/presses/{press_id}/restore",
        "/presses/{press_id}/void",
    }


def test_a_token_is_of_one_station(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    other = make.station()
    make.member(station=other, user=owner)
    mine, theirs = make.button(station=station, title="Mine"), make.button(station=other, title="Theirs")
    headers = auth(new_token(session, station, owner))

    # Its maker has two memberships, and would have to say which.
    listed = client.get("/api/v1/buttons/", headers=headers).json()["data"]
    assert [each["id"] for each in listed] == [str(mine.id)]
    refused = client.get("/api/v1/buttons/", params={"station_id": str(other.id)}, headers=headers)
    assert code_of(refused) == (404, "station_not_found")
    assert client.get(f"/api/v1/buttons/{theirs.id}", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("scopes", "is_shown"), [({READ}, False), ({WRITE}, True), ({Scope.PRESSES_READ, READ}, False)]
)
def test_press_urls_are_shown_to_tokens_that_can_change_buttons(
    client: TestClient,
    session: Session,
    make: Factory,
    station: Station,
    owner: User,
    scopes: set[Scope],
    is_shown: bool,
) -> None:
    make.press_key(button=make.button(station=station))
    secret = new_token(session, station, owner, scopes=frozenset(scopes))

    (button,) = client.get("/api/v1/buttons/", headers=auth(secret)).json()["data"]
    assert (button["press_url"] is not None) == is_shown


# What ends them


def expire(session: Session, _: User, token: ApiToken) -> None:
    token.expires_at = NOW - timedelta(seconds=1)


def revoke(session: Session, _: User, token: ApiToken) -> None:
    token.revoked_at = NOW


def close_account(session: Session, maker: User, _: ApiToken) -> None:
    maker.is_active = False


def delete_account(session: Session, maker: User, _: ApiToken) -> None:
    session.delete(maker)


def leave(session: Session, maker: User, token: ApiToken) -> None:
    session.delete(session.get_one(Member, (token.station_id, maker.id)))


@pytest.mark.parametrize("end", [expire, revoke, close_account, delete_account, leave])
def test_it_ends(
    client: TestClient,
    session: Session,
    station: Station,
    owner: User,
    end: Callable[[Session, User, ApiToken], None],
) -> None:
    headers = auth(new_token(session, station, owner))
    assert client.get("/api/v1/buttons/", headers=headers).status_code == 200

    end(session, owner, session.exec(select(ApiToken)).one())
    session.flush()

    assert code_of(client.get("/api/v1/buttons/", headers=headers)) == (401, "not_authenticated")
    press = {"presses": [{"id": str(uuid4()), "button_id": str(uuid4())}]}
    assert code_of(client.post(BATCH, json=press, headers=headers)) == (401, "not_authenticated")


PASSWORD = "buckle up, it is the law"


def opens(client: TestClient, secret: str) -> bool:
    return client.get("/api/v1/buttons/", headers=auth(secret)).status_code == 200


def test_who_is_removed_and_comes_back_has_no_old_tokens(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    editor, elsewhere = make.user(email="kim@example.com"), make.station()
    for each in (station, elsewhere):
        make.member(station=each, user=editor, role=Role.EDITOR)
    old, other, of_owner = (
        new_token(session, *of) for of in ((station, editor), (elsewhere, editor), (station, owner))
    )
    assert opens(client, old)
    members, headers = f"/api/v1/stations/{station.id}/members", bearer(session, owner)

    assert client.delete(f"{members}/{editor.id}", headers=headers).status_code == 204
    back = client.post(members, json={"email": "kim@example.com", "role": "editor"}, headers=headers)

    assert back.status_code == 201
    assert [opens(client, secret) for secret in (old, other, of_owner)] == [False, True, True]
    token = session.exec(select(ApiToken).where(ApiToken.token_hash == security.hash_token(old))).one()
    assert token.revoked_by == owner.id


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "eight888"}])
def test_none_outlives_its_maker_s_closed_account_or_a_password_that_a_superuser_sets(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User, change: dict[str, Any]
) -> None:
    secret, headers = new_token(session, station, owner), bearer(session, make.user(is_superuser=True))
    for each in (change, {"is_active": True}):
        assert client.patch(f"/api/v1/users/{owner.id}", json=each, headers=headers).status_code == 200
    assert not opens(client, secret)


def test_who_is_no_superuser_any_more_and_becomes_a_member_has_no_old_tokens(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    chief, theirs = make.user(email="kim@example.com", is_superuser=True), make.station()
    make.member(station=theirs, user=chief, role=Role.VIEWER)
    old, of_member = (new_token(session, each, chief) for each in (station, theirs))
    assert opens(client, old)
    headers = bearer(session, make.user(is_superuser=True))

    assert client.patch(f"/api/v1/users/{chief.id}", json={"is_superuser": False}, headers=headers).status_code == 200
    new = {"email": "kim@example.com", "role": "editor"}
    members = f"/api/v1/stations/{station.id}/members"
    assert client.post(members, json=new, headers=bearer(session, owner)).status_code == 201

    assert [opens(client, secret) for secret in (old, of_member)] == [False, True]


def test_a_password_that_its_maker_changes_leaves_it(
    client: TestClient, session: Session, make: Factory, station: Station
) -> None:
    user = make.user(password_hash=security.hash_password(PASSWORD))
    make.member(station=station, user=user)
    secret = new_token(session, station, user)
    body = {"current_password": PASSWORD, "new_password": "eight888"}
    assert client.patch("/api/v1/users/me/password", json=body, headers=bearer(session, user)).status_code == 200
    assert opens(client, secret)


def test_it_is_worth_no_more_than_its_maker_is_now(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    headers = auth(new_token(session, station, owner))
    session.get_one(Member, (station.id, owner.id)).role = Role.VIEWER
    session.flush()

    assert client.get("/api/v1/buttons/", headers=headers).status_code == 200
    new = {"title": "Hug", "type": "psa"}
    assert code_of(client.post("/api/v1/buttons/", json=new, headers=headers)) == (403, "scope_missing")
    press = {"presses": [{"id": str(uuid4()), "button_id": str(uuid4())}]}
    assert code_of(client.post(BATCH, json=press, headers=headers)) == (403, "scope_missing")


@pytest.mark.parametrize("secret", ["sdbt_", "sdbt_" + "x" * 43, "sdbt_\u00e9", "sdbt_" + "x" * 5000])
def test_what_is_no_token_opens_nothing(client: TestClient, secret: str) -> None:
    headers = {b"Authorization": f"Bearer {secret}".encode("latin-1")}
    assert client.get("/api/v1/buttons/", headers=headers).status_code == 401


def test_its_last_use_is_written_once_a_minute(
    application: Tracker, client: TestClient, session: Session, station: Station, owner: User
) -> None:
    headers = auth(new_token(session, station, owner))
    seen = []
    for after_s in (0, 59, 60, 30):
        application.dependency_overrides[get_now] = lambda at=NOW + timedelta(seconds=after_s): at
        assert client.get("/api/v1/buttons/", headers=headers).status_code == 200
        session.expire_all()
        seen.append(session.exec(select(ApiToken.last_used_at)).one())

    assert seen == [NOW, NOW, NOW + timedelta(seconds=60), NOW + timedelta(seconds=60)]


def test_what_is_done_with_a_token_is_noted_with_it(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    headers = auth(new_token(session, station, owner))
    assert client.post("/api/v1/decks/", json={"name": "A"}, headers=headers).status_code == 201

    event, token = session.exec(select(AuditEvent)).one(), session.exec(select(ApiToken)).one()
    assert (event.actor, event.user_id, event.api_token_id) == ("token", owner.id, token.id)


# How they are made, listed and revoked


def made(client: TestClient, headers: dict[str, str], **fields: Any) -> Any:
    return client.post(TOKENS, json={"name": "Automation", "scopes": ["presses:read"]} | fields, headers=headers)


def test_a_token_is_shown_once_and_stored_as_a_hash(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    headers = bearer(session, owner)
    expires_at = "2126-01-01T00:00:00Z"
    answer = made(client, headers, scopes=["presses:read", "press:write"], expires_at=expires_at)

    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    token, public = answer.json()["token"], answer.json()["api_token"]
    assert re.fullmatch(r"sdbt_[\w-]{43}", token)
    stored = session.exec(select(ApiToken)).one()
    assert stored.token_hash == security.hash_token(token)
    assert public == {
        "id": str(stored.id),
        "name": "Automation",
        "prefix": token[:13],
        "station_id": str(station.id),
        "made_by": {"id": str(owner.id), "name": "Kim Lee"},
        "scopes": ["press:write", "presses:read"],
        "created_at": public["created_at"],
        "expires_at": expires_at,
        "last_used_at": None,
        "revoked_at": None,
    }
    listed = client.get(TOKENS, headers=headers)
    assert listed.json() == {"data": [public], "count": 1}
    event = session.exec(select(AuditEvent)).one()
    assert (event.action, event.subject_id) == ("station:api_token:create", stored.id)
    assert token[13:] not in listed.text + str(event.details)


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [(role, scope, 201) for role in (Role.OWNER, Role.EDITOR) for scope in Scope]
    + [(Role.VIEWER, scope, 201 if scope.value.endswith(":read") else 403) for scope in Scope],
)
def test_nobody_hands_on_more_than_they_may(
    client: TestClient, session: Session, make: Factory, station: Station, role: Role, scope: Scope, status: int
) -> None:
    answer = made(client, bearer(session, member_of(make, station, role)), scopes=[scope.value])

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "scope_beyond_role"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "body.name"),
        ({"scopes": []}, "body.scopes"),
        ({"scopes": ["users:write"]}, "body.scopes.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "body.expires_at"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    client: TestClient, session: Session, owner: User, fields: dict[str, Any], wrong: str
) -> None:
    answer = made(client, bearer(session, owner), **fields)

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [wrong])


def test_a_member_has_so_many_tokens_of_a_station_at_a_time(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_LIVE_TOKENS", 2)
    headers = bearer(session, owner)
    new_token(session, station, member_of(make, station, Role.OWNER))
    new_token(session, station, owner, expires_at=NOW + timedelta(microseconds=1))
    first, _ = made(client, headers).json()["api_token"], made(client, headers)

    assert code_of(made(client, headers)) == (409, "too_many_tokens")
    assert client.delete(TOKENS + first["id"], headers=headers).status_code == 204
    assert made(client, headers).status_code == 201


def test_owners_see_and_revoke_all_tokens_and_others_their_own(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    editor = member_of(make, station, Role.EDITOR)
    as_owner, as_editor = bearer(session, owner), bearer(session, editor)
    theirs, mine = made(client, as_owner).json()["api_token"], made(client, as_editor).json()["api_token"]

    assert client.get(TOKENS, headers=as_owner).json()["count"] == 2
    assert [each["id"] for each in client.get(TOKENS, headers=as_editor).json()["data"]] == [mine["id"]]
    assert code_of(client.delete(TOKENS + theirs["id"], headers=as_editor)) == (404, "token_not_found")
    for _ in range(2):
        assert client.delete(TOKENS + mine["id"], headers=as_owner).status_code == 204
    assert client.delete(TOKENS + theirs["id"], headers=as_owner).status_code == 204

    assert client.get(TOKENS, headers=as_owner).json() == {"data": [], "count": 0}
    assert client.get(TOKENS, params={"include_revoked": True}, headers=as_owner).json()["count"] == 2
    revoked = select(AuditEvent.subject_id).where(AuditEvent.action == "station:api_token:revoke")
    assert sorted(map(str, session.exec(revoked))) == sorted([mine["id"], theirs["id"]])


def test_another_stations_token_is_not_there(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    new_token(session, station, owner)
    elsewhere = bearer(session, member_of(make, make.station(), Role.OWNER))
    token_id = session.exec(select(ApiToken.id)).one()

    assert client.get(TOKENS, headers=elsewhere).json()["data"] == []
    assert client.delete(f"{TOKENS}{token_id}", headers=elsewhere).status_code == 404
