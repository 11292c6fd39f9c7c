"""/presses: the log, its corrections, and plays that are entered by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.core import clock
from app.features.presses import log, rollup
from app.main import Tracker
from app.models import AuditEvent, Button, ButtonTally, Press, PressStatus, Role, Station, User
from app.tests.api.conftest import raw_json
from app.tests.api.live import CLIENT, Answer, ask
from app.tests.api.logins import bearer
from app.tests.factories import LONG_AGO, Factory
from app.tests.recording import KeptDatabase

PRESSES = "/api/v1/presses/"
MINUTE = timedelta(minutes=1)

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


@pytest.fixture
def button(make: Factory, station: Station) -> Button:
    return make.button(station=station, title="Hug")


def member_of(make: Factory, station: Station, role: Role) -> User:
    user = make.user(full_name="Kim Lee")
    make.member(station=station, user=user, role=role)
    return user


@pytest.fixture
def editor(make: Factory, station: Station, as_user: AsUser) -> TestClient:
    return as_user(member_of(make, station, Role.EDITOR))


def counted(make: Factory, button: Button, **fields: Any) -> Press:
    """A press with the counts that it brings."""
    press = make.press(button=button, **fields)
    rollup.rebuild(make.session, station_id=button.station_id)
    return press


def refused_fields(answer: Any) -> list[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    return [error["field"] for error in answer.json()["errors"]]


# The log


def test_the_log_is_walked_from_its_newest_press_to_its_oldest(
    make: Factory, button: Button, editor: TestClient
) -> None:
    presses = [make.press(button=button, pressed_at=LONG_AGO + number * MINUTE) for number in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = editor.get(PRESSES, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["next_cursor"]

    assert seen == [str(press.id) for press in reversed(presses)]


def test_a_short_page_still_leads_on(
    make: Factory, button: Button, editor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_EXAMINED", 3)
    make.press(button=button, note="needle")
    for number in range(1, 6):
        make.press(button=button, pressed_at=LONG_AGO + number * MINUTE)

    first = editor.get(PRESSES, params={"note": "needle"}).json()
    second = editor.get(PRESSES, params={"note": "needle", "cursor": first["next_cursor"]}).json()

    assert (first["data"], first["next_cursor"] is None) == ([], False)
    assert [row["note"] for row in second["data"]] == ["needle"]


def test_filters_are_taken_from_the_query(make: Factory, station: Station, button: Button, editor: TestClient) -> None:
    deck = make.deck(station=station)
    press = make.press(
        button=button,
        press_key=make.press_key(button=button, deck=deck),
        channel="post",
        note="Live",
        pressed_at=LONG_AGO + MINUTE,
    )
    make.press(button=make.button(station=station, type="sfx"), status=PressStatus.SUPPRESSED)
    filters = {
        "start": (LONG_AGO + MINUTE).isoformat(),
        "end": (LONG_AGO + 2 * MINUTE).isoformat(),
        "button_id": str(button.id),
        "type": "psa",
        "deck_id": str(deck.id),
        "status": "counted",
        "channel": "post",
        "note": "live",
    }

    for given in (*({name: value} for name, value in filters.items() if name != "end"), filters):
        rows = editor.get(PRESSES, params=given).json()["data"]
        assert [row["id"] for row in rows] == [str(press.id)], given
    assert len(editor.get(PRESSES, params={"end": filters["end"]}).json()["data"]) == 2
    assert len(editor.get(PRESSES, params={"type": "", "note": ""}).json()["data"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("start=yesterday", "query.start"),
        ("start=2026-01-01T00:00:00", "query.start"),
        ("end=1767225600", "query.end"),
        ("button_id=7", "query.button_id"),
        ("deck_id=x", "query.deck_id"),
        ("status=gone", "query.status"),
        ("channel=fax", "query.channel"),
        ("note=" + "x" * 201, "query.note"),
        ("note=a%00b", "query.note"),
        ("type=a%00b", "query.type"),
        ("limit=0", "query.limit"),
        ("limit=501", "query.limit"),
        ("limit=x", "query.limit"),
        ("cursor=", "query.cursor"),
        ("cursor=abc", "query.cursor"),
        ("cursor=%FF", "query.cursor"),
        ("cursor=" + "a" * 201, "query.cursor"),
        ("cursor=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgLTFd", "query.cursor"),
        ("cursor=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgOTIyMzM3MjAzNjg1NDc3NTgwOF0", "query.cursor"),
    ],
)
def test_a_query_that_is_not_valid_names_the_field(editor: TestClient, query: str, field: str) -> None:
    assert refused_fields(editor.get(f"{PRESSES}?{query}")) == [field]


@pytest.mark.parametrize(
    "query", ["start=0001-01-01T00:00:00Z", "end=9999-12-31T23:59:59.999999Z", "note=", "note=%25"]
)
def test_queries_at_the_edges_are_answered(make: Factory, button: Button, editor: TestClient, query: str) -> None:
    make.press(button=button)

    assert editor.get(f"{PRESSES}?{query}").status_code == 200


def test_one_press_is_read_by_its_id(make: Factory, button: Button, editor: TestClient) -> None:
    press = make.press(button=button)

    row = editor.get(f"{PRESSES}{press.id}").json()

    assert row == editor.get(PRESSES).json()["data"][0]
    assert (row["id"], row["seq"], row["button"]["title"]) == (str(press.id), 1, "Hug")


def test_a_viewer_reads_and_corrects_nothing(make: Factory, station: Station, button: Button, as_user: AsUser) -> None:
    press = make.press(button=button)
    viewer = as_user(member_of(make, station, Role.VIEWER))

    assert viewer.get(PRESSES).status_code == viewer.get(f"{PRESSES}{press.id}").status_code == 200
    refusals = [
        viewer.post(f"{PRESSES}{press.id}/void", json={"reason": "x"}),
        viewer.post(f"{PRESSES}{press.id}/restore", json={"reason": "x"}),
        viewer.post(f"{PRESSES}{press.id}/note", json={"note": "x"}),
        viewer.post(f"{PRESSES}manual", json=by_hand(button)),
    ]
    assert [answer.status_code for answer in refusals] == [403] * 4
    assert viewer.get(PRESSES).json()["data"][0]["corrections"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "{id}"),
        ("POST", "{id}/void"),
        ("POST", "{id}/restore"),
        ("POST", "{id}/note"),
        ("POST", "manual"),
    ],
)
def test_presses_are_closed_without_a_login(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, PRESSES + path.format(id=uuid4()), json={})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_another_stations_press_is_not_found(make: Factory, editor: TestClient) -> None:
    theirs = make.press(button=make.button(station=make.station()))
    for press_id in (theirs.id, uuid4()):
        answers = [
            editor.get(f"{PRESSES}{press_id}"),
            editor.post(f"{PRESSES}{press_id}/void", json={"reason": "x"}),
            editor.post(f"{PRESSES}{press_id}/restore", json={"reason": "x"}),
            editor.post(f"{PRESSES}{press_id}/note", json={"note": "x"}),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "press_not_found")] * 4
    assert editor.get(PRESSES).json() == {"data": [], "next_cursor": None}


# Corrections


def press_count(session: Session, button: Button) -> int:
    return session.get_one(ButtonTally, (button.station_id, button.id), populate_existing=True).press_count


def test_a_press_is_voided_noted_and_restored(
    session: Session, make: Factory, button: Button, editor: TestClient
) -> None:
    press = counted(make, button)

    void = editor.post(f"{PRESSES}{press.id}/void", json={"reason": "  Wrong key  "})
    assert press_count(session, button) == 0
    note = editor.post(f"{PRESSES}{press.id}/note", json={"note": "Asked the host"})
    restored = editor.post(f"{PRESSES}{press.id}/restore", json={"reason": "Right after all"})

    assert [answer.status_code for answer in (void, note, restored)] == [200] * 3
    assert [answer.json()["status"] for answer in (void, note, restored)] == ["void", "void", "counted"]
    row = restored.json()
    assert row == editor.get(f"{PRESSES}{press.id}").json()
    assert [(each["seq"], each["kind"], each["text"]) for each in row["corrections"]] == [
        (2, "void", "Wrong key"),
        (3, "note", "Asked the host"),
        (4, "restore", "Right after all"),
    ]
    assert {each["created_by"]["name"] for each in row["corrections"]} == {"Kim Lee"}
    assert row["recorded_status"] == "counted"
    assert press_count(session, button) == 1


def test_a_correction_that_does_not_fit_is_a_conflict(make: Factory, button: Button, editor: TestClient) -> None:
    press = counted(make, button)
    editor.post(f"{PRESSES}{press.id}/void", json={"reason": "x"})

    answer = editor.post(f"{PRESSES}{press.id}/void", json={"reason": "x"})

    assert (answer.status_code, answer.json()["code"]) == (409, "correction_does_not_fit")
    assert answer.json()["detail"] == "Only a counted press can be made void; this one is void."
    assert len(editor.get(f"{PRESSES}{press.id}").json()["corrections"]) == 1


@pytest.mark.parametrize(("what", "field"), [("void", "reason"), ("restore", "reason"), ("note", "note")])
@pytest.mark.parametrize("words", ["", "   ", "x" * 1001, None, 7, "a\x00b", "\ud800"])
def test_a_correction_says_why(
    make: Factory, button: Button, editor: TestClient, what: str, field: str, words: object
) -> None:
    press = counted(make, button)
    url = f"{PRESSES}{press.id}/{what}"

    assert refused_fields(editor.post(url, **raw_json({field: words}))) == [f"body.{field}"]
    assert refused_fields(editor.post(url, json={})) == [f"body.{field}"]
    assert refused_fields(editor.post(url, json={field: "x", "nope": 1})) == ["body.nope"]


# By hand: these are recorded by the press path itself, and stay.


class Desk:
    """An editor at a station with one button."""

    def __init__(self, kept: KeptDatabase, app: Tracker) -> None:
        self._app = app
        with kept.make() as make:
            self.station: Station = make.station()
            self.button: Button = make.button(station=self.station, title="Hug")
            self.user = member_of(make, self.station, Role.EDITOR)
            self.headers = [*bearer(make.session, self.user).items(), ("content-type", "application/json")]

    async def ask(self, method: str, path: str, *, body: object = b"") -> Answer:
        return await ask(self._app, method, PRESSES + path, body=body, headers=self.headers)


@pytest.fixture
def desk(kept: KeptDatabase, app: Tracker) -> Desk:
    return Desk(kept, app)


def by_hand(button: Button, **fields: Any) -> dict[str, Any]:
    return {"button_id": str(button.id), "pressed_at": "2026-01-05T12:00:00Z", "reason": "The deck was off"} | fields


async def test_a_play_entered_by_hand_is_recorded_with_who_entered_it(kept: KeptDatabase, desk: Desk) -> None:
    answer = await desk.ask("POST", "manual", body=by_hand(desk.button))

    assert (answer.status, answer.json) == (
        201,
        {
            "status": "counted",
            "press_id": answer.json["press_id"],
            "button": {"title": "Hug", "usage_count": 1},
            "pressed_at": "2026-01-05T12:00:00Z",
        },
    )
    row = (await desk.ask("GET", answer.json["press_id"])).json
    assert (row["channel"], row["note"], row["origin"]) == ("manual", "The deck was off", CLIENT)
    assert row["recorded_by"] == {"id": str(desk.user.id), "name": "Kim Lee"}
    assert row["claimed_at"] == row["pressed_at"] == "2026-01-05T12:00:00Z"
    assert kept.differences(desk.station.id) == []
    with kept.make() as make:
        (event,) = make.session.exec(select(AuditEvent).where(AuditEvent.station_id == desk.station.id))
    assert (event.action, event.user_id, str(event.subject_id)) == (
        "station:press:enter",
        desk.user.id,
        answer.json["press_id"],
    )
    assert event.details == {"button_id": str(desk.button.id)}


async def test_a_play_entered_twice_is_held_against_the_first(desk: Desk) -> None:
    first = await desk.ask("POST", "manual", body=by_hand(desk.button))
    second = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at="2026-01-05T12:00:01Z"))
    restored = await desk.ask("POST", f"{second.json['press_id']}/restore", body={"reason": "Two in a row"})

    assert [first.json["status"], second.json["status"]] == ["counted", "suppressed"]
    assert (restored.status, restored.json["status"]) == (200, "counted")


async def test_a_play_that_is_sent_again_under_its_id_is_one_play(kept: KeptDatabase, desk: Desk) -> None:
    play = by_hand(desk.button, id=str(uuid4()))
    first = await desk.ask("POST", "manual", body=play)
    again = await desk.ask("POST", "manual", body=play | {"reason": "Sent again"})

    assert (first.status, first.json["press_id"]) == (201, play["id"])
    assert (again.status, again.json) == (201, first.json)
    assert [str(press.id) for press in kept.presses(desk.station.id)] == [play["id"]]
    assert kept.differences(desk.station.id) == []
    with kept.make() as make:
        noted = make.session.exec(select(AuditEvent).where(AuditEvent.station_id == desk.station.id)).all()
    assert [str(event.subject_id) for event in noted] == [play["id"]]


async def test_an_id_of_another_buttons_press_is_taken(kept: KeptDatabase, desk: Desk) -> None:
    with kept.make() as make:
        other = make.button(station=desk.station, title="Cheer")
    play = by_hand(desk.button, id=str(uuid4()))
    await desk.ask("POST", "manual", body=play)
    taken = await desk.ask("POST", "manual", body=play | {"button_id": str(other.id)})

    assert (taken.status, taken.code) == (409, "press_id_taken")
    assert [press.button_id for press in kept.presses(desk.station.id)] == [desk.button.id]


async def test_a_voided_play_makes_room_for_the_right_one(kept: KeptDatabase, desk: Desk) -> None:
    wrong = await desk.ask("POST", "manual", body=by_hand(desk.button))
    await desk.ask("POST", f"{wrong.json['press_id']}/void", body={"reason": "A second off"})
    right = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at="2026-01-05T12:00:01Z"))

    assert (right.json["status"], right.json["button"]["usage_count"]) == ("counted", 1)
    assert kept.differences(desk.station.id) == []


async def test_a_play_by_hand_counts_if_the_button_was_retired_only_later(kept: KeptDatabase, desk: Desk) -> None:
    kept.change(desk.button, retired_at=datetime(2026, 1, 5, 13, tzinfo=UTC))

    before = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at="2026-01-05T12:00:00Z"))
    after = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at="2026-01-05T14:00:00Z"))

    assert [before.json["status"], after.json["status"]] == ["counted", "retired"]


async def test_a_button_that_is_not_the_stations_is_not_found(kept: KeptDatabase, app: Tracker, desk: Desk) -> None:
    for button in (Desk(kept, app).button, Button(station_id=desk.station.id, id=uuid4(), created_at=LONG_AGO)):
        answer = await desk.ask("POST", "manual", body=by_hand(button))
        assert (answer.status, answer.code) == (404, "button_not_found")
    assert kept.presses(desk.station.id) == []


def _future() -> datetime:
    return clock.now() + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"pressed_at": _future().replace(year=2999).isoformat()}, "body.pressed_at"),
        ({"pressed_at": "2000-12-31T23:59:59Z"}, "body.pressed_at"),
        ({"pressed_at": "2026-01-05T12:00:00"}, "body.pressed_at"),
        ({"pressed_at": None}, "body.pressed_at"),
        ({"reason": ""}, "body.reason"),
        ({"reason": " \n "}, "body.reason"),
        ({"reason": "x" * 1001}, "body.reason"),
        ({"reason": "\ud800"}, "body.reason"),
        ({"button_id": "hug"}, "body.button_id"),
        ({"id": "hug"}, "body.id"),
        ({"deck_id": str(UUID(int=1))}, "body.deck_id"),
    ],
)
async def test_a_play_by_hand_that_is_not_valid_names_the_field(
    kept: KeptDatabase, desk: Desk, fields: dict[str, Any], refused: str
) -> None:
    answer = await desk.ask("POST", "manual", body=by_hand(desk.button, **fields))

    assert (answer.status, answer.code) == (422, "invalid_input")
    assert [error["field"] for error in answer.json["errors"]] == [refused]
    assert kept.presses(desk.station.id) == []


async def test_a_play_a_minute_from_now_is_refused_and_one_just_now_is_not(desk: Desk) -> None:
    later = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at=_future().isoformat()))
    just_now = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at=clock.now().isoformat()))

    assert (later.status, just_now.status) == (422, 201)


async def test_a_renamed_button_plays_under_its_old_name_before_and_its_new_one_after(
    kept: KeptDatabase, app: Tracker, desk: Desk
) -> None:
    renamed_at = clock.now()
    patched = await ask(
        app, "PATCH", f"/api/v1/buttons/{desk.button.id}", body={"title": "Big hug"}, headers=desk.headers
    )
    assert patched.status == 200
    before = (renamed_at - timedelta(days=1)).isoformat()

    late = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at=before))
    fresh = await desk.ask("POST", "manual", body=by_hand(desk.button, pressed_at=clock.now().isoformat()))

    assert [each.json["button"]["title"] for each in (late, fresh)] == ["Hug", "Big hug"]
    rows = (await desk.ask("GET", "")).json["data"]
    assert [(row["button"]["version"], row["button"]["title"]) for row in rows] == [(2, "Big hug"), (1, "Hug")]
