"""/decks: who may do what, what is refused, and how decks are listed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.api.deps import get_now
from app.features.presses import rollup
from app.models import PressKeyHeard, Role, Station, User, Watch
from app.tests.api.conftest import raw_json
from app.tests.factories import Factory

DECKS = "/api/v1/decks/"
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


def member_of(make: Factory, station: Station, role: Role) -> User:
    user = make.user()
    make.member(station=station, user=user, role=role)
    return user


@pytest.fixture
def editor(make: Factory, station: Station, as_user: AsUser) -> TestClient:
    """An editor for whom it is noon."""
    client = as_user(member_of(make, station, Role.EDITOR))
    cast(FastAPI, client.app).dependency_overrides[get_now] = lambda: NOON
    return client


def refused_fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(("role", "may_write"), [(Role.OWNER, True), (Role.EDITOR, True), (Role.VIEWER, False)])
def test_every_member_reads_and_editors_write(
    make: Factory, station: Station, as_user: AsUser, role: Role, may_write: bool
) -> None:
    deck = make.deck(station=station)
    client = as_user(member_of(make, station, role))
    assert client.get(DECKS).status_code == client.get(f"{DECKS}{deck.id}").status_code == 200
    statuses = [
        client.post(DECKS, json={"name": "Van"}).status_code,
        client.patch(f"{DECKS}{deck.id}", json={"name": "Van"}).status_code,
        client.delete(f"{DECKS}{deck.id}").status_code,
    ]
    assert statuses == ([201, 200, 204] if may_write else [403] * 3)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", ""), ("GET", "{id}"), ("PATCH", "{id}"), ("DELETE", "{id}")]
)
def test_decks_are_closed_without_a_login(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, DECKS + path.format(id=uuid4()))
    assert answer.status_code == 401


def test_another_station_s_deck_is_not_found(make: Factory, editor: TestClient) -> None:
    foreign = f"{DECKS}{make.deck(station=make.station()).id}"
    answers = [editor.get(foreign), editor.patch(foreign, json={"name": "Mine"}), editor.delete(foreign)]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "deck_not_found")] * 3
    assert editor.get(DECKS).json() == {"data": [], "count": 0}


def test_new_deck_is_answered_in_full(station: Station, editor: TestClient) -> None:
    answer = editor.post(DECKS, json={"name": "  Studio \t A ", "test_mode_until": "2026-03-29T15:00:00+02:00"})
    deck = answer.json()
    assert answer.status_code == 201
    assert deck == {
        "id": deck["id"],
        "station_id": str(station.id),
        "name": "Studio A",
        "test_mode_until": "2026-03-29T13:00:00Z",
        "is_in_test_mode": True,
        "last_heard_at": None,
        "usual_hours": [[]] * 7,
        "is_quiet": False,
        "silent_usual_hours": 0,
        "key_count": 0,
        "created_at": "2026-03-29T12:00:00Z",
    }
    assert editor.get(f"{DECKS}{deck['id']}").json() == deck
    assert editor.get(DECKS).json() == {"data": [deck], "count": 1}


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_deck_that_misses_its_usual_hours_is_quiet_if_anybody_was_listening(
    session: Session, make: Factory, station: Station, editor: TestClient, *, is_recorded: bool
) -> None:
    deck = make.deck(station=station)
    button = make.button(station=station)
    key = make.press_key(button=button, deck=deck)
    # On each of the four Sundays before this one.
    heard = [NOON - timedelta(weeks=week, hours=hour) for week in (1, 2, 3, 4) for hour in (1, 2, 3)]
    for pressed_at in heard:
        make.press(button=button, press_key=key, pressed_at=pressed_at)
    rollup.rebuild(session, station_id=station.id)
    session.add(PressKeyHeard(station_id=station.id, press_key_id=key.id, last_heard_at=max(heard)))
    if is_recorded:
        session.add(Watch(started_at=NOON - timedelta(days=90), last_seen_at=NOON))
    session.flush()

    for found in (editor.get(f"{DECKS}{deck.id}").json(), editor.get(DECKS).json()["data"][0]):
        assert found["usual_hours"] == [[], [], [], [], [], [], [9, 10, 11]]
        assert (found["is_quiet"], found["silent_usual_hours"]) == ((True, 3) if is_recorded else (False, 0))


def test_a_deck_shows_no_press_key(make: Factory, station: Station, editor: TestClient) -> None:
    deck = make.deck(station=station)
    key = make.press_key(button=make.button(station=station), deck=deck)
    answer = editor.get(f"{DECKS}{deck.id}")
    assert answer.json()["key_count"] == 1
    assert key.key not in answer.text


@pytest.mark.parametrize("body", [{"content": b""}, {"json": {}}])
def test_an_empty_change_changes_nothing(
    make: Factory, station: Station, editor: TestClient, body: dict[str, Any]
) -> None:
    deck = make.deck(station=station, test_mode_until=NOON + timedelta(days=3))
    before = editor.get(f"{DECKS}{deck.id}").json()
    assert editor.patch(f"{DECKS}{deck.id}", **body).json() == before


def test_test_mode_is_switched_on_and_off(make: Factory, station: Station, editor: TestClient) -> None:
    deck = f"{DECKS}{make.deck(station=station).id}"
    on = editor.patch(deck, json={"test_mode_until": "2026-03-30T12:00:00Z"}).json()
    over = editor.patch(deck, json={"test_mode_until": "2026-03-29T12:00:00Z"}).json()
    off = editor.patch(deck, json={"test_mode_until": None}).json()
    assert [answer["is_in_test_mode"] for answer in (on, over, off)] == [True, False, False]
    assert off["test_mode_until"] is None


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *[("name", bad) for bad in ("", "  ", "a" * 201, "a\x00b", "a\x01b", "a\ud800b", 7, None, True, ["a"])],
        *[
            ("test_mode_until", bad)
            for bad in (
                "",
                "soon",
                "2026-03-29",
                "2026-03-29T13:00:00",
                "2026-03-30T12:00:00.000001Z",
                "9999-12-31T23:59:59-23:59",
                "2026-03-29T13:00:00\x00Z",
                "\ud800",
                1_774_789_200,
                10**40,
                True,
                ["2026-03-29T13:00:00Z"],
            )
        ],
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_field(
    make: Factory, station: Station, editor: TestClient, field: str, bad: Any
) -> None:
    deck = make.deck(station=station)
    new = editor.post(DECKS, **raw_json({"name": "Van"} | {field: bad}))
    changed = editor.patch(f"{DECKS}{deck.id}", **raw_json({field: bad}))
    assert refused_fields(new) == refused_fields(changed) == [f"body.{field}"]


def test_an_unknown_field_is_refused(make: Factory, station: Station, editor: TestClient) -> None:
    deck = make.deck(station=station)
    assert refused_fields(editor.patch(f"{DECKS}{deck.id}", json={"test_mode": True})) == ["body.test_mode"]


def test_a_deck_that_a_key_was_made_for_stays(make: Factory, station: Station, editor: TestClient) -> None:
    deck = make.deck(station=station)
    make.press_key(button=make.button(station=station), deck=deck)
    answer = editor.delete(f"{DECKS}{deck.id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "deck_in_use")
    assert editor.get(f"{DECKS}{deck.id}").status_code == 200


def test_a_deck_without_keys_can_be_deleted(make: Factory, station: Station, editor: TestClient) -> None:
    deck = make.deck(station=station)
    answer = editor.delete(f"{DECKS}{deck.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert editor.get(f"{DECKS}{deck.id}").status_code == 404


def test_pages_of_decks_of_one_name_hold_each_of_them_once(make: Factory, station: Station, editor: TestClient) -> None:
    ids = {str(make.deck(station=station).id) for _ in range(5)}
    pages = [editor.get(DECKS, params={"skip": skip, "limit": 2}).json() for skip in (0, 2, 4)]
    assert {deck["id"] for page in pages for deck in page["data"]} == ids
    assert {page["count"] for page in pages} == {5}


@pytest.mark.parametrize(("name", "bad"), [("skip", -1), ("skip", 2**63), ("limit", 0), ("limit", 201), ("limit", "a")])
def test_a_page_that_does_not_fit_is_refused_by_name(editor: TestClient, name: str, bad: Any) -> None:
    assert refused_fields(editor.get(DECKS, params={name: bad})) == [f"query.{name}"]


@pytest.mark.parametrize("bad", ["7", "%00", "%ED%A0%80", "a%01b"])
def test_an_id_in_the_path_that_is_none_is_refused(editor: TestClient, bad: str) -> None:
    assert refused_fields(editor.get(f"{DECKS}{bad}")) == ["path.deck_id"]
