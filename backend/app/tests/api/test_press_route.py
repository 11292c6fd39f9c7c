"""`GET|POST /p/{press_key}`, as a deck, a script, a browser and a stranger would ask for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from app.background import address_keeper, key_finder, press_writer
from app.background.address_keeper import AddressKeeper
from app.core import clock
from app.core.security import new_press_key
from app.main import Tracker
from app.models import Button, Deck, Press, PressKey, PressKeyOldAddress, PublicUrl, Station
from app.tests.api.live import CLIENT, Answer, ask, live_app
from app.tests.background.gate import Gate
from app.tests.background.test_address_keeper import until_it_knows
from app.tests.factories import LONG_AGO
from app.tests.recording import KeptDatabase


@pytest.fixture(scope="module")
async def app(kept: KeptDatabase) -> AsyncIterator[Tracker]:
    proxies = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
    async with live_app(kept.settings.model_copy(update={"trusted_proxies": proxies})) as app:
        yield app


@pytest.fixture
def deck(kept: KeptDatabase) -> Deck:
    with kept.make() as make:
        return make.deck(station=make.station(dedup_window_ms=0))


@pytest.fixture
def key(kept: KeptDatabase, deck: Deck) -> PressKey:
    """The key of a button that counts every press, on a deck, in a station of its own."""
    return make_key(kept, deck)


def make_key(kept: KeptDatabase, deck: Deck, *, title: str = "Hug") -> PressKey:
    with kept.make() as make:
        station = make.session.get_one(Station, deck.station_id)
        return make.press_key(button=make.button(station=station, title=title), deck=deck)


def stored(kept: KeptDatabase, key: PressKey) -> list[Press]:
    return kept.presses(key.station_id)


def change_button(kept: KeptDatabase, key: PressKey, **fields: object) -> None:
    with kept.make() as make:
        button = make.session.get_one(Button, (key.station_id, key.button_id))
        for name, value in fields.items():
            setattr(button, name, value)


async def until_called(kept: KeptDatabase, key: PressKey) -> PressKeyOldAddress:
    async with asyncio.timeout(10):
        while True:
            with kept.make() as make:
                found = make.session.get(PressKeyOldAddress, (key.station_id, key.id))
            if found is not None:
                return found
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("way", ["GET", "POST", "batch"])
async def test_a_press_that_comes_to_an_old_address_is_recorded_and_noted(
    kept: KeptDatabase, deck: Deck, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(address_keeper, "WRITE_EVERY_S", 0.02)
    old, key = "http://10.9.8.7:8000", make_key(kept, deck)
    with kept.make() as make:
        make.session.merge(PublicUrl(since=LONG_AGO, url=old))
    headers = [("host", "10.9.8.7:8000")]

    async with live_app(kept.settings) as app:
        # The first one may come before the process knows what it was called once; a deck presses again.
        await until_it_knows(cast(AddressKeeper, app.state.runtime.addresses))
        if way == "batch":
            press = {"id": str(uuid4()), "press_key": key.key, "pressed_at": clock.now().isoformat()}
            answer = await ask(app, "POST", "/api/v1/presses/batch", body={"presses": [press]}, headers=headers)
        else:
            answer = await ask(app, way, f"/p/{key.key}", headers=headers)
        assert answer.status == 200
        found = await until_called(kept, key)

    (row,) = stored(kept, key)
    assert found.url == old
    assert found.last_called_at >= row.received_at


async def test_a_get_is_a_press_and_its_answer_says_so(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    before = clock.now()

    answer = await ask(app, "GET", f"/p/{key.key}", headers=[("user-agent", "node")])

    (row,) = stored(kept, key)
    assert answer.status == 200
    assert answer.json == {
        "status": "counted",
        "press_id": str(row.id),
        "button": {"title": "Hug", "usage_count": 1},
        "pressed_at": answer.json["pressed_at"],
    }
    assert list(answer.json) == ["status", "press_id", "button", "pressed_at"]
    assert answer.headers == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "content-length": str(len(answer.body)),
    }
    assert answer.json["pressed_at"].endswith("Z")
    assert before <= datetime.fromisoformat(answer.json["pressed_at"]) == row.pressed_at <= clock.now()
    assert (row.channel, row.press_key_id, row.deck_id, str(row.origin)) == ("get", key.id, key.deck_id, CLIENT)
    assert row.id.version == 7


@pytest.mark.parametrize("body", [b"", b"  \r\n", {}, {"id": None, "pressed_at": None, "sent_at": None, "note": None}])
async def test_a_post_may_say_nothing(kept: KeptDatabase, app: Tracker, key: PressKey, body: object) -> None:
    answer = await ask(app, "POST", f"/p/{key.key}", body=body)

    assert (answer.status, answer.json["status"]) == (200, "counted")
    (row,) = stored(kept, key)
    assert (row.channel, row.note, row.claimed_at) == ("post", None, None)


async def test_a_post_may_say_which_press_when_and_what_about_it(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    press_id, now = uuid4(), clock.now()
    body = {
        "id": str(press_id),
        "pressed_at": (now - timedelta(hours=1, seconds=30)).isoformat(),
        "sent_at": (now - timedelta(hours=1)).isoformat(),
        "note": "Live",
    }

    answer = await ask(app, "POST", f"/p/{key.key}", body=body)

    (row,) = stored(kept, key)
    assert answer.json["press_id"] == str(press_id) == str(row.id)
    assert row.note == "Live"
    assert abs(row.pressed_at - (now - timedelta(seconds=30))) < timedelta(seconds=5)
    assert row.clock_offset_ms is not None
    assert 3_600_000 <= row.clock_offset_ms < 3_605_000
    assert row.is_clock_suspect
    assert (row.claimed_at, row.sent_at) == (now - timedelta(hours=1, seconds=30), now - timedelta(hours=1))


async def test_a_clock_that_is_ahead_costs_no_press(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    ahead = clock.now() + timedelta(days=1)

    answer = await ask(app, "POST", f"/p/{key.key}", body={"pressed_at": ahead.isoformat()})

    (row,) = stored(kept, key)
    assert answer.status == 200
    assert (row.pressed_at, row.claimed_at, row.is_clock_suspect) == (row.received_at, ahead, True)


@pytest.mark.parametrize(
    ("told", "is_utc"), [("2026-03-29T14:05:00.250Z", "14:05:00.250000Z"), ("2026-03-29T16:05:00+02:00", "14:05:00Z")]
)
async def test_times_are_answered_in_utc(app: Tracker, key: PressKey, told: str, is_utc: str) -> None:
    answer = await ask(app, "POST", f"/p/{key.key}", body={"pressed_at": told})

    assert answer.json["pressed_at"] == f"2026-03-29T{is_utc}"


async def test_the_same_id_sent_again_is_one_press_answered_alike(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    body = {"id": str(uuid4()), "note": "once"}

    answers = [await ask(app, "POST", f"/p/{key.key}", body=body) for _ in range(3)]

    assert len({answer.body for answer in answers}) == 1
    assert len(stored(kept, key)) == 1


async def test_an_id_that_another_button_has_used_is_a_conflict(
    kept: KeptDatabase, app: Tracker, key: PressKey, deck: Deck
) -> None:
    other = make_key(kept, deck)
    body = {"id": str(uuid4())}
    await ask(app, "POST", f"/p/{key.key}", body=body)

    answer = await ask(app, "POST", f"/p/{other.key}", body=body)

    assert (answer.status, answer.code) == (409, "press_id_taken")


@pytest.mark.parametrize(
    "title", ['Say "hi"', "Hug 🤗", "Ünïcödé – ’", "back\\slash", "</script>", "{}", "播音", "tab\tno", "\u2028"]
)
async def test_any_title_is_answered_as_json(app: Tracker, kept: KeptDatabase, deck: Deck, title: str) -> None:
    key = make_key(kept, deck, title=title)

    answer = await ask(app, "GET", f"/p/{key.key}")

    assert answer.json["button"]["title"] == title
    assert answer.body.isascii()


async def test_presses_are_counted_up(app: Tracker, key: PressKey) -> None:
    counts = [(await ask(app, "GET", f"/p/{key.key}")).json["button"]["usage_count"] for _ in range(3)]

    assert counts == [1, 2, 3]


async def test_a_second_press_inside_the_window_is_suppressed(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    change_button(kept, key, dedup_window_ms=3_600_000)

    answers = [await ask(app, "GET", f"/p/{key.key}") for _ in range(2)]

    assert [(each.status, each.json["status"], each.json["button"]["usage_count"]) for each in answers] == [
        (200, "counted", 1),
        (200, "suppressed", 1),
    ]


async def test_a_retired_button_answers_that_it_is(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    change_button(kept, key, retired_at=clock.now())

    answer = await ask(app, "GET", f"/p/{key.key}")

    assert (answer.status, answer.json["status"], answer.json["button"]["usage_count"]) == (200, "retired", 0)


async def test_a_deck_in_test_mode_answers_that_it_is(
    kept: KeptDatabase, app: Tracker, key: PressKey, deck: Deck
) -> None:
    kept.change(deck, test_mode_until=clock.now() + timedelta(minutes=5))
    during = await ask(app, "GET", f"/p/{key.key}")
    kept.change(deck, test_mode_until=clock.now())
    after = await ask(app, "GET", f"/p/{key.key}")

    assert (during.json["status"], after.json["status"]) == ("test", "counted")


@pytest.mark.parametrize(
    "header",
    [
        ("user-agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
        ("user-agent", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_preview_is_stored_and_ignored(
    kept: KeptDatabase, app: Tracker, key: PressKey, method: str, header: tuple[str, str]
) -> None:
    answer = await ask(app, method, f"/p/{key.key}", headers=[header])

    assert (answer.status, answer.json["status"]) == (200, "ignored")
    assert [row.status for row in stored(kept, key)] == ["ignored"]


async def test_head_asks_whether_a_key_stands_and_counts_nothing(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    found = await ask(app, "HEAD", f"/p/{key.key}")
    missing = await ask(app, "HEAD", f"/p/{new_press_key()}")

    assert (found.status, found.body, found.headers["cache-control"]) == (200, b"", "no-store")
    assert (missing.status, missing.body) == (404, b"")
    assert stored(kept, key) == []


async def test_options_says_what_is_allowed_and_counts_nothing(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    answer = await ask(app, "OPTIONS", f"/p/{key.key}")

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers == {"allow": "GET, POST, HEAD, OPTIONS", "cache-control": "no-store"}
    assert stored(kept, key) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"])
async def test_other_methods_are_refused(kept: KeptDatabase, app: Tracker, key: PressKey, method: str) -> None:
    answer = await ask(app, method, f"/p/{key.key}")

    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    assert stored(kept, key) == []


async def test_an_unknown_key_is_not_found(app: Tracker) -> None:
    answer = await ask(app, "GET", f"/p/{new_press_key()}")

    assert (answer.status, answer.code) == (404, "press_key_not_found")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-length"] == str(len(answer.body))


async def test_a_key_stops_with_its_revocation(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    await ask(app, "GET", f"/p/{key.key}")
    kept.change(key, revoked_at=clock.now())

    answers = [await ask(app, "GET", f"/p/{key.key}") for _ in range(2)]

    assert [(answer.status, answer.code) for answer in answers] == [(404, "press_key_not_found")] * 2
    assert len(stored(kept, key)) == 1


STRANGE_PATHS = [
    "/p",
    "/p/",
    "/p//",
    "//p/{key}",
    "/p/{key}/more",
    "/p/../p/{key}",
    "/p/./{key}",
    "/P/{key}",
    "/p/%20{key}",
    "/p/{key}%0A",
    "/p/{key}%00",
    "/p/%FF%FE",
    "/p/%2F{key}",
    "/p/%E2%80%AE",
    "/p/" + "k" * 65,
    "/p/" + "k" * 60_000,
    "/p/{key}%2Fmore",
    "/p\\{key}",
    "/p/;{key}",
]


@pytest.mark.parametrize("path", STRANGE_PATHS, ids=range(len(STRANGE_PATHS)))
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_path_that_is_no_press_url_is_not_found_and_never_redirects(
    kept: KeptDatabase, app: Tracker, key: PressKey, method: str, path: str
) -> None:
    answer = await ask(app, method, path.format(key=key.key))

    assert answer.status == 404
    assert answer.code in ("press_key_not_found", "not_found")
    assert "location" not in answer.headers
    assert stored(kept, key) == []


@pytest.mark.parametrize("tail", ["/", "//", "?", "?utm_source=x&pressed_at=1", "/?a"])
async def test_what_people_leave_at_the_end_of_a_url_does_no_harm(
    kept: KeptDatabase, app: Tracker, key: PressKey, tail: str
) -> None:
    answer = await ask(app, "GET", f"/p/{key.key}{tail}")

    assert (answer.status, answer.json["status"]) == (200, "counted")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"press", "body"),
        (b"[]", "body"),
        (b'"x"', "body"),
        (b"\xff\xfe", "body"),
        (b"{" * 1000, "body"),
        (b'{"id": "\\ud800"}', "body"),
        (b'{"note": "\\ud800"}', "body"),
        ({"id": "1"}, "body.id"),
        ({"id": 1}, "body.id"),
        ({"pressed_at": "yesterday"}, "body.pressed_at"),
        ({"pressed_at": "2026-01-01T12:00:00"}, "body.pressed_at"),
        ({"pressed_at": 1767268800}, "body.pressed_at"),
        ({"pressed_at": "2026-01-01"}, "body.pressed_at"),
        ({"pressed_at": "2026-02-30T12:00:00Z"}, "body.pressed_at"),
        ({"pressed_at": "0001-01-01T00:00:00+14:00"}, "body.pressed_at"),
        ({"sent_at": []}, "body.sent_at"),
        ({"note": 7}, "body.note"),
        ({"note": "x" * 1001}, "body.note"),
        ({"note": "a\x00b"}, "body.note"),
        ({"note": "a\x1bb"}, "body.note"),
        ({"nope": 1}, "body.nope"),
        ({"title": "x"}, "body.title"),
    ],
)
async def test_a_body_that_is_not_valid_names_the_field(
    kept: KeptDatabase, app: Tracker, key: PressKey, body: object, field: str
) -> None:
    answer = await ask(app, "POST", f"/p/{key.key}", body=body)

    assert (answer.status, answer.code) == (422, "invalid_input")
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert all(error["message"] for error in answer.json["errors"])
    assert stored(kept, key) == []


@pytest.mark.parametrize("note", ["", "Two\nlines\tand a tab", "’ – 🎙️", "x" * 1000])
async def test_a_note_is_stored_as_it_is_written(kept: KeptDatabase, app: Tracker, key: PressKey, note: str) -> None:
    answer = await ask(app, "POST", f"/p/{key.key}", body={"note": note})

    assert answer.status == 200
    assert stored(kept, key)[0].note == (note or None)


async def test_a_body_comes_in_pieces_and_without_a_content_type(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    chunks = [b'{"no', b"", b'te": "in ', b'pieces"}']

    answer = await ask(app, "POST", f"/p/{key.key}", body=chunks, is_length_told=False)

    assert answer.status == 200
    assert stored(kept, key)[0].note == "in pieces"


@pytest.mark.parametrize("is_length_told", [True, False])
async def test_a_body_that_is_too_large_is_refused(
    kept: KeptDatabase, app: Tracker, key: PressKey, is_length_told: bool
) -> None:
    chunks = [b" " * 32 * 1024] * 3

    answer = await ask(app, "POST", f"/p/{key.key}", body=chunks, is_length_told=is_length_told)

    assert (answer.status, answer.code) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"
    assert stored(kept, key) == []


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5000])
async def test_a_length_beyond_all_reason_is_too_large(app: Tracker, key: PressKey, length: str) -> None:
    for path in (f"/p/{key.key}", "/api/v1/presses/batch"):
        answer = await ask(app, "POST", path, headers=[("content-length", length)])
        assert (answer.status, answer.code) == (413, "body_too_large")


@pytest.mark.parametrize("length", ["-1", "abc", "", "1e9", "٣"])
async def test_a_length_that_is_no_number_is_not_believed(app: Tracker, key: PressKey, length: str) -> None:
    encoded = length.encode().decode("latin-1")

    answer = await ask(app, "POST", f"/p/{key.key}", headers=[("content-length", encoded)])

    assert answer.status == 200


async def test_a_get_with_a_body_is_still_a_press(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    answer = await ask(app, "GET", f"/p/{key.key}", body={"note": "x", "nope": 1})

    assert answer.status == 200
    assert stored(kept, key)[0].note is None


async def test_a_sender_that_goes_before_its_body_is_complete_presses_nothing(
    kept: KeptDatabase, app: Tracker, key: PressKey
) -> None:
    sent: list[Any] = []
    incoming: list[Any] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "method": "POST", "path": f"/p/{key.key}", "headers": [], "client": None}
    await app(scope, receive, send)

    assert sent == []
    assert stored(kept, key) == []


@pytest.mark.parametrize(
    ("client", "forwarded_for", "origin"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "unknown", None),
        ("10.0.0.1", "'; DROP TABLE press; --", None),
        ("10.0.0.1", "fe80::1%'; DROP TABLE press; --", "fe80::1"),
        ("testclient", "198.51.100.1", None),
        (None, "198.51.100.1", None),
    ],
)
async def test_the_origin_is_an_address_or_null(
    kept: KeptDatabase, app: Tracker, key: PressKey, client: str | None, forwarded_for: str, origin: str | None
) -> None:
    answer = await ask(app, "GET", f"/p/{key.key}", client=client, headers=[("x-forwarded-for", forwarded_for)])

    (row,) = stored(kept, key)
    assert answer.status == 200
    assert (None if row.origin is None else str(row.origin)) == origin


async def test_presses_at_once_are_all_answered_for_themselves(kept: KeptDatabase, app: Tracker, key: PressKey) -> None:
    answers = await asyncio.gather(*(ask(app, "GET", f"/p/{key.key}") for _ in range(100)))

    assert {answer.status for answer in answers} == {200}
    assert {UUID(answer.json["press_id"]) for answer in answers} == {row.id for row in stored(kept, key)}
    assert sorted(answer.json["button"]["usage_count"] for answer in answers) == list(range(1, 101))


async def test_when_the_database_is_away_a_press_is_told_to_come_again(
    kept: KeptDatabase, key: PressKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_writer, "ANSWER_WITHIN_S", 0.5)
    monkeypatch.setattr(key_finder, "FIND_WITHIN_S", 0.5)
    async with Gate(kept.settings) as gate, live_app(gate.settings) as app:
        await ask(app, "GET", f"/p/{key.key}")
        await gate.shut()
        known, unknown = await asyncio.gather(
            ask(app, "GET", f"/p/{key.key}"), ask(app, "GET", f"/p/{new_press_key()}")
        )
        await gate.open()
        back = await ask(app, "GET", f"/p/{key.key}")

    assert [(answer.status, answer.code) for answer in (known, unknown)] == [
        (503, "press_not_recorded"),
        (503, "database_unreachable"),
    ]
    assert {answer.headers["retry-after"] for answer in (known, unknown)} == {"1"}
    assert back.json["button"]["usage_count"] == 2


async def test_before_the_application_has_started_there_is_no_press_path(app: Tracker) -> None:
    stopped = Tracker()

    answer = await ask(stopped, "GET", "/p/key")

    assert answer.status == 404


async def test_when_the_server_stops_presses_are_sent_elsewhere(kept: KeptDatabase, key: PressKey) -> None:
    async with live_app(kept.settings) as app:
        assert (await ask(app, "GET", f"/p/{key.key}")).status == 200

    answer = await ask(app, "GET", f"/p/{key.key}")

    assert (answer.status, answer.code) == (503, "shutting_down")
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_full_buffer_says_when_to_come_again(kept: KeptDatabase, key: PressKey) -> None:
    async with live_app(kept.settings.model_copy(update={"press_buffer_size": 1})) as app:
        await ask(app, "GET", f"/p/{key.key}")
        answers: list[Answer] = await asyncio.gather(*(ask(app, "GET", f"/p/{key.key}") for _ in range(20)))

    refused = [answer for answer in answers if answer.status != 200]
    assert {(answer.status, answer.code, answer.headers["retry-after"]) for answer in refused} == {
        (503, "buffer_full", "1")
    }
    assert len(stored(kept, key)) == 1 + len(answers) - len(refused)
