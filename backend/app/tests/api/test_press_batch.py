"""`POST /api/v1/presses/batch`: what a sender kept while it was offline, each press answered for itself."""

import json
from asyncio import Future
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api import press_batch
from app.api.body_limit import MAX_BATCH_BODY_BYTES
from app.api.deps import TokenPresses
from app.api.press_batch import record
from app.background import key_finder, press_writer
from app.core import clock
from app.core.errors import InvalidInput, NotAuthenticated
from app.core.security import new_press_key
from app.features.presses.batch import PressKeyNotFound
from app.features.presses.buffer import BufferFull
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording
from app.features.presses.schemas import MAX_BATCH_PRESSES
from app.main import Tracker
from app.models import PressKey, PressStatus, Station
from app.tests.api.live import CLIENT, Answer, ask, live_app
from app.tests.background.gate import Gate
from app.tests.factories import LONG_AGO
from app.tests.recording import KeptDatabase

PATH = "/api/v1/presses/batch"


@pytest.fixture
def key(kept: KeptDatabase) -> PressKey:
    with kept.make() as make:
        return make.press_key(button=make.button(station=make.station(dedup_window_ms=0), title="Hug"))


def a_press(key: PressKey | str, **fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "press_key": key if isinstance(key, str) else key.key, **fields}


async def send(app: Tracker, *presses: object) -> Answer:
    return await ask(app, "POST", PATH, body={"presses": presses}, headers=[("content-type", "application/json")])


def codes(answer: Answer) -> list[int]:
    assert answer.status == 200, answer
    assert answer.json["count"] == len(answer.json["data"])
    return [each["status_code"] for each in answer.json["data"]]


def problems(answer: Answer) -> list[str | None]:
    return [each["problem"] and each["problem"]["code"] for each in answer.json["data"]]


def kept_station(kept: KeptDatabase, key: PressKey) -> Station:
    with kept.make() as make:
        return make.session.get_one(Station, key.station_id)


async def test_each_press_is_answered_as_it_would_be_alone(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    pressed_at = clock.now() - timedelta(hours=3)
    press = a_press(key, pressed_at=pressed_at.isoformat(), note="Kept offline")

    answer = await send(app, press)

    assert answer.json == {
        "data": [
            {
                "id": press["id"],
                "status_code": 200,
                "press": {
                    "status": "counted",
                    "press_id": press["id"],
                    "button": {"title": "Hug", "usage_count": 1},
                    "pressed_at": pressed_at.isoformat().replace("+00:00", "Z"),
                },
                "problem": None,
            }
        ],
        "count": 1,
    }
    (row,) = kept.presses(key.station_id)
    assert (row.channel, row.note, row.pressed_at, str(row.origin)) == ("batch", "Kept offline", pressed_at, CLIENT)


async def test_presses_are_recorded_in_their_order(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    presses = [a_press(key) for _ in range(MAX_BATCH_PRESSES)]

    answer = await send(app, *presses)

    assert codes(answer) == [200] * MAX_BATCH_PRESSES
    ids = [press["id"] for press in presses]
    assert [each["id"] for each in answer.json["data"]] == ids
    assert [str(row.id) for row in kept.presses(key.station_id)] == ids
    assert kept.differences(key.station_id) == []


async def test_an_empty_batch_is_answered_with_nothing(app: Tracker) -> None:
    assert (await send(app)).json == {"data": [], "count": 0}


async def test_more_presses_than_a_batch_carries_are_refused_whole(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    answer = await send(app, *(a_press(key) for _ in range(MAX_BATCH_PRESSES + 1)))

    assert (answer.status, answer.code) == (413, "too_many_presses")
    assert kept.presses(key.station_id) == []


@pytest.mark.parametrize("is_length_told", [True, False])
async def test_a_body_larger_than_a_batch_is_refused(app: Tracker, is_length_told: bool) -> None:
    chunks = [b" " * (MAX_BATCH_BODY_BYTES // 2)] * 3

    answer = await ask(app, "POST", PATH, body=chunks, is_length_told=is_length_told)

    assert (answer.status, answer.code) == (413, "body_too_large")


async def test_a_body_of_a_mebibyte_is_read(app: Tracker, key: PressKey) -> None:
    body = json.dumps({"presses": [a_press(key)]}).encode()

    answer = await ask(app, "POST", PATH, body=[body, b" " * (MAX_BATCH_BODY_BYTES - len(body))])

    assert codes(answer) == [200]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"presses", "body"),
        (b"\xff\xfe\xfd", "body"),
        (b"[" * 100_000, "body"),
        (b'{"presses": [' + b"9" * 5000 + b"]}", "body"),
        (b"7", "body.presses"),
        (b"null", "body.presses"),
        (b'"x"', "body.presses"),
        (b"[]", "body.presses"),
        (b'[{"id": "00000000-0000-4000-8000-000000000001", "press_key": "k"}]', "body.presses"),
        (b"{}", "body.presses"),
        (b'{"presses": [], "press": []}', "body.press"),
        (b'{"presses": null}', "body.presses"),
        (b'{"presses": {"0": {}}}', "body.presses"),
    ],
)
async def test_a_body_that_is_no_list_of_presses_is_refused(app: Tracker, body: bytes, field: str) -> None:
    answer = await ask(app, "POST", PATH, body=body)

    assert (answer.status, answer.code) == (422, "invalid_input")
    assert [error["field"] for error in answer.json["errors"]] == [field]


BAD_PRESSES: list[tuple[Any, int, str]] = [
    (7, 422, "invalid_input"),
    (None, 422, "invalid_input"),
    ("press", 422, "invalid_input"),
    ([], 422, "invalid_input"),
    ([[]], 422, "invalid_input"),
    ({}, 422, "invalid_input"),
    ({"id": "not a uuid"}, 422, "invalid_input"),
    ({"id": None}, 422, "invalid_input"),
    ({"id": 7}, 422, "invalid_input"),
    ({"id": "\ud800"}, 422, "invalid_input"),
    ({"press_key": None}, 422, "invalid_input"),
    ({"press_key": 7}, 422, "invalid_input"),
    ({"press_key": ""}, 404, "press_key_not_found"),
    ({"press_key": "no such key"}, 404, "press_key_not_found"),
    ({"press_key": "schlüssel"}, 404, "press_key_not_found"),
    ({"press_key": "k" * 100_000}, 404, "press_key_not_found"),
    ({"press_key": "\ud800"}, 422, "invalid_input"),
    ({"press_key": "a\x00"}, 422, "invalid_input"),
    ({"pressed_at": "yesterday"}, 422, "invalid_input"),
    ({"pressed_at": 1767268800}, 422, "invalid_input"),
    ({"sent_at": "2026-01-01"}, 422, "invalid_input"),
    ({"note": "\ud800"}, 422, "invalid_input"),
    ({"note": "a\x00b"}, 422, "invalid_input"),
    ({"note": "x" * 1001}, 422, "invalid_input"),
    ({"note": {"deep": [[[[[]]]]]}}, 422, "invalid_input"),
    ({"nope": 1}, 422, "invalid_input"),
    ({"\ud800": 1}, 422, "invalid_input"),
    ({"": 1}, 422, "invalid_input"),
]


@pytest.mark.parametrize(("bad", "status", "code"), BAD_PRESSES, ids=range(len(BAD_PRESSES)))
async def test_a_bad_press_is_told_in_its_place_and_blocks_no_other(
    kept: KeptDatabase, app: Tracker, key: PressKey, bad: Any, status: int, code: str
) -> None:
    if isinstance(bad, dict) and bad:
        bad = a_press(key) | bad
    good = [a_press(key), a_press(key)]

    answer = await send(app, good[0], bad, good[1])

    assert codes(answer) == [200, status, 200]
    assert problems(answer) == [None, code, None]
    assert [str(row.id) for row in kept.presses(key.station_id)] == [press["id"] for press in good]


async def test_a_problem_names_the_fields(app: Tracker, key: PressKey) -> None:
    answer = await send(app, a_press(key), a_press(key, pressed_at="yesterday", nope=1))

    problem = answer.json["data"][1]["problem"]
    assert {error["field"] for error in problem["errors"]} == {"body.presses.1.pressed_at", "body.presses.1.nope"}
    assert problem["detail"] == "The request is not valid."


async def test_the_same_id_twice_is_one_press(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    press = a_press(key)

    answer = await send(app, press, a_press(key), press)
    again = await send(app, press)

    assert codes(answer) == [200] * 3
    assert answer.json["data"][0] == answer.json["data"][2]
    assert again.json["data"][0]["press"]["press_id"] == press["id"]
    assert len(kept.presses(key.station_id)) == 2


async def test_an_id_of_another_button_is_a_conflict_in_its_place(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    with kept.make() as make:
        other = make.press_key(button=make.button(station=make.session.get_one(Station, key.station_id)))
    press = a_press(key)

    answer = await send(app, press, press | {"press_key": other.key}, a_press(other))

    assert codes(answer) == [200, 409, 200]
    assert problems(answer) == [None, "press_id_taken", None]


async def test_presses_of_several_stations_come_in_one_batch(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    with kept.make() as make:
        elsewhere = make.press_key(button=make.button(station=make.station(dedup_window_ms=0)))

    answer = await send(app, a_press(key), a_press(elsewhere), a_press(key), a_press(new_press_key()))

    assert codes(answer) == [200, 200, 200, 404]
    assert (len(kept.presses(key.station_id)), len(kept.presses(elsewhere.station_id))) == (2, 1)


async def test_a_revoked_key_is_told_in_its_place(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    with kept.make() as make:
        station = make.session.get_one(Station, key.station_id)
        revoked = make.press_key(button=make.button(station=station))
    await send(app, a_press(revoked))
    kept.change(revoked, revoked_at=clock.now())

    assert codes(await send(app, a_press(key), a_press(revoked), a_press(key))) == [200, 404, 200]


async def test_late_presses_are_held_against_each_other_in_their_order(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    kept.change(kept_station(kept, key), dedup_window_ms=2000)
    start = clock.now() - timedelta(days=1)
    instants = [(start + seconds * timedelta(seconds=1)).isoformat() for seconds in (0, 1.5, 3)]

    answer = await send(app, *(a_press(key, pressed_at=instant) for instant in instants))

    statuses = [each["press"]["status"] for each in answer.json["data"]]
    assert statuses == ["counted", "suppressed", "counted"]


async def test_a_batch_needs_no_login_and_no_content_type(app: Tracker, key: PressKey) -> None:
    assert codes(await ask(app, "POST", PATH, body={"presses": [a_press(key)]})) == [200]


async def test_when_none_can_be_recorded_the_whole_answer_says_so(
    kept: KeptDatabase, key: PressKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_writer, "ANSWER_WITHIN_S", 0.5)
    monkeypatch.setattr(key_finder, "FIND_WITHIN_S", 0.5)
    async with Gate(kept.settings) as gate, live_app(gate.settings) as app:
        await send(app, a_press(key))
        await gate.shut()
        known = await send(app, a_press(key), a_press(key))
        unknown = await send(app, a_press(new_press_key()))
        mixed = await send(app, a_press(key), {})
        await gate.open()

    assert [(each.status, each.headers["retry-after"]) for each in (known, unknown)] == [(503, "1")] * 2
    assert (known.code, unknown.code) == ("press_not_recorded", "database_unreachable")
    assert codes(mixed) == [503, 422]


class FullAfter:
    """A recorder whose buffer takes so many presses and no more."""

    def __init__(self, room: int) -> None:
        self._room = room

    def known_key(self, key: str) -> KeyBinding | None:
        return None

    async def find_key(self, key: str) -> KeyBinding:
        if key == "unknown":
            raise PressKeyNotFound
        return KeyBinding(key_id=UUID(int=1), station_id=UUID(int=2), button_id=UUID(int=3), deck_id=None)

    def submit(self, station_id: UUID, press: IncomingPress) -> Future[Recording]:
        if self._room == 0:
            raise BufferFull
        self._room -= 1
        answer: Future[Recording] = Future()
        answer.set_result(Recording(PressStatus.COUNTED, press.id, "Hug", 1, LONG_AGO))
        return answer

    async def is_ready(self) -> bool:
        return True


def note_nothing(binding: KeyBinding, at: datetime) -> None:
    """Nobody asks which address these came to."""


async def test_only_keys_whose_press_was_recorded_are_noted() -> None:
    noted: list[UUID] = []
    body = json.dumps({"presses": [a_press(key) for key in ("k", "unknown", "k")]}).encode()

    await record(
        body,
        recorder=FullAfter(1),
        origin=None,
        find_token_presses=no_token,
        note=lambda binding, _: noted.append(binding.button_id),
    )

    assert len(noted) == 1


async def test_what_a_full_buffer_had_no_room_for_is_told_apart_from_what_it_took() -> None:
    body = json.dumps({"presses": [a_press(key) for key in ("k", "unknown", "k", "k")]}).encode()

    answers = await record(body, recorder=FullAfter(2), origin=None, find_token_presses=no_token, note=note_nothing)

    assert [each.status_code for each in answers.data] == [200, 404, 200, 503]
    assert answers.data[3].problem is not None
    assert answers.data[3].problem.code == "buffer_full"
    with pytest.raises(BufferFull):
        await record(
            json.dumps({"presses": [a_press("k")]}).encode(),
            recorder=FullAfter(0),
            origin=None,
            find_token_presses=no_token,
            note=note_nothing,
        )


async def no_token(deck_ids: Collection[UUID]) -> TokenPresses:
    raise NotAuthenticated


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=8), inside, max_size=3)
    ),
    max_leaves=6,
)
fields = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("id", "press_key", "button_id", "deck_id", "pressed_at", "sent_at", "note"), anything),
)


@given(presses=st.lists(anything | fields | fields.map(lambda given: a_press("k") | given), max_size=5))
@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
async def test_whatever_a_press_is_made_of_it_gets_an_answer_of_its_own(presses: list[Any]) -> None:
    answers = await record(
        json.dumps({"presses": presses}).encode(),
        recorder=FullAfter(100),
        origin=None,
        find_token_presses=no_token,
        note=note_nothing,
    )

    assert len(answers.data) == answers.count == len(presses)
    assert {each.status_code for each in answers.data} <= {200, 404, 422}
    for answer in answers.data:
        assert (answer.press is None) != (answer.problem is None)
    json.loads(answers.model_dump_json())


def test_a_press_of_very_many_fields_is_refused_in_few_words() -> None:
    raw = {f"field{number}": number for number in range(50_000)}
    outcome = press_batch._parse(0, raw)
    assert isinstance(outcome, InvalidInput)
    assert [error.field for error in outcome.errors] == ["body.presses.0"]
