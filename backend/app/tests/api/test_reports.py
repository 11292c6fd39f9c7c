"""/presses/export: the log, whole, as a file."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.api.export_response import content_disposition
from app.features.presses import log, rollup
from app.features.reports import service
from app.models import Button, Channel, Deck, PressStatus, Role, Station, User
from app.tests.api.exports import CSV, JSONL, PRESSES, member_of, objects_of, table_of
from app.tests.factories import LONG_AGO, Factory

MINUTE = timedelta(minutes=1)

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(name="The Dog Mother", call_sign="WDMO", zone="America/New_York")


@pytest.fixture
def editor(make: Factory, station: Station, as_user: AsUser) -> TestClient:
    return as_user(member_of(make, station, Role.EDITOR))


@pytest.fixture
def button(make: Factory, station: Station) -> Button:
    said = {"description": "Seat belts,\r\nread live", "duration": 29.5, "source": "-Ad Council"}
    return make.button(station=station, title="=Hug", version=said)


@pytest.fixture
def deck(make: Factory, station: Station) -> Deck:
    return make.deck(station=station, name="@Studio")


@pytest.fixture
def record(make: Factory, station: Station, button: Button, deck: Deck, editor: TestClient) -> None:
    """Presses of every kind, at few instants, some of them corrected."""
    other = make.button(station=station, title="Wave", type="sfx")
    key = make.press_key(button=button, deck=deck)
    clocks = {"claimed_at": LONG_AGO, "sent_at": LONG_AGO, "clock_offset_ms": -120_000, "is_clock_suspect": True}
    kinds: list[dict[str, Any]] = [
        {
            "press_key": key,
            "note": 'one\ntwo\u2028three, "four"\x85;=5',
            "channel": Channel.POST,
            "origin": "192.0.2.1",
        },
        {"button": other, "note": "\t=1+1"},
        {"status": PressStatus.SUPPRESSED},
        {"channel": Channel.MANUAL, "recorded_by": make.user(full_name="+Kim").id, "note": ""},
        {"press_key": key, **clocks, "origin": "2001:db8::1"},
    ]
    presses = []
    for number in range(15):
        fields: dict[str, Any] = {"button": button, "pressed_at": LONG_AGO + (number % 4) * MINUTE}
        presses.append(make.press(**(fields | kinds[number % 5])))
    rollup.rebuild(make.session, station_id=station.id)
    for press, what, body in (
        (presses[0], "void", {"reason": "Fire drill"}),
        (presses[0], "note", {"note": "=Asked\nthe host"}),
        (presses[2], "restore", {"reason": "Two in a row"}),
    ):
        assert editor.post(f"{PRESSES}{press.id}/{what}", json=body).status_code == 200


def log_of(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    """What the screen shows, page after page."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = client.get(PRESSES, params=query | {"limit": 4} | ({"cursor": cursor} if cursor else {})).json()
        rows += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def told(cell: str) -> str | None:
    """The text of a cell, without the apostrophes that keep it from being a formula."""
    return re.sub(r"(^|[;\t])'", r"\1", cell) or None


def instant(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def assert_tells(cells: dict[str, str], row: dict[str, Any]) -> None:
    """That a line of a CSV file says what a row of the log does."""
    button = row["button"]
    assert {name: cells[name] for name in ("id", "status", "recorded_status", "channel")} == {
        name: row[name] for name in ("id", "status", "recorded_status", "channel")
    }
    assert (cells["button_id"], cells["version"]) == (button["id"], str(button["version"]))
    assert [told(cells[name]) for name in ("title", "type", "description", "source")] == [
        button[name] for name in ("title", "type", "description", "source")
    ]
    assert float(cells["duration"] or "nan") == pytest.approx(button["duration"] or float("nan"), nan_ok=True)
    assert told(cells["deck"]) == (row["deck"] and row["deck"]["name"])
    assert (told(cells["note"]), told(cells["origin"])) == (row["note"] or None, row["origin"])
    assert told(cells["recorded_by"]) == (row["recorded_by"] and row["recorded_by"]["name"])
    for name in ("pressed_at", "received_at", "claimed_at", "sent_at"):
        assert instant(cells[name]) == instant(row[name])
    assert (cells["seq"], cells["clock_offset_ms"]) == (
        str(row["seq"]),
        "" if row["clock_offset_ms"] is None else str(row["clock_offset_ms"]),
    )
    assert cells["is_clock_suspect"] == str(row["is_clock_suspect"]).lower()
    for correction in row["corrections"]:
        who = correction["created_by"]["name"]
        assert f"{correction['kind']} by {who}, " in cells["corrections"]
        assert correction["text"] in cells["corrections"]
    assert bool(cells["corrections"]) == bool(row["corrections"])


FILTERS: dict[str, dict[str, str]] = {
    "everything": {},
    "start": {"start": (LONG_AGO + MINUTE).isoformat()},
    "end": {"end": (LONG_AGO + 2 * MINUTE).isoformat()},
    "a minute": {"start": (LONG_AGO + MINUTE).isoformat(), "end": (LONG_AGO + 2 * MINUTE).isoformat()},
    "button": {"button_id": "the button's"},
    "type": {"type": "SFX"},
    "deck": {"deck_id": "the deck's"},
    **{f"status {status}": {"status": status.value} for status in PressStatus},
    "channel": {"channel": "manual"},
    "note": {"note": "two"},
    "reason": {"note": "FIRE drill"},
    "later note": {"note": "=asked"},
    "several": {"start": LONG_AGO.isoformat(), "type": "psa", "status": "counted", "channel": "post"},
}
EMPTY = {"status retired", "status test", "status ignored"}


@pytest.mark.parametrize("page_rows", [1, 4, 1000])
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.usefixtures("record")
def test_an_export_is_the_log_row_for_row(
    editor: TestClient, button: Button, deck: Deck, monkeypatch: pytest.MonkeyPatch, name: str, page_rows: int
) -> None:
    known = {"button_id": str(button.id), "deck_id": str(deck.id)}
    query = {each: known.get(each, value) for each, value in FILTERS[name].items()}
    rows = log_of(editor, **query)
    monkeypatch.setattr(service, "PAGE_ROWS", page_rows)

    table, objects = editor.get(CSV, params=query), editor.get(JSONL, params=query)

    assert (table.status_code, objects.status_code) == (200, 200)
    assert bool(rows) == (name not in EMPTY)
    assert objects_of(objects.content) == rows
    found = table_of(table.content)
    assert [cells["id"] for cells in found] == [row["id"] for row in rows]
    for cells, row in zip(found, rows, strict=True):
        assert_tells(cells, row)


@pytest.mark.usefixtures("record")
def test_a_filter_that_hardly_matches_is_followed_to_the_end(
    make: Factory, button: Button, editor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = make.press(button=button, note="needle", pressed_at=LONG_AGO - MINUTE)
    monkeypatch.setattr(log, "MAX_EXAMINED", 3)

    assert [row["id"] for row in table_of(editor.get(CSV, params={"note": "needle"}).content)] == [str(rare.id)]
    assert [row["id"] for row in objects_of(editor.get(JSONL, params={"note": "needle"}).content)] == [str(rare.id)]


def test_an_empty_log_is_a_header_alone(editor: TestClient) -> None:
    table = editor.get(CSV)

    assert table.content.startswith(b'\xef\xbb\xbf"pressed_at_local",')
    assert (table.content.count(b"\r\n"), table_of(table.content)) == (1, [])
    assert editor.get(JSONL).content == b""


def test_the_two_hours_of_an_autumn_change_differ(make: Factory, button: Button, editor: TestClient) -> None:
    for hour in (5, 6):
        make.press(button=button, pressed_at=datetime(2026, 11, 1, hour, 30, tzinfo=UTC))

    assert [row["pressed_at_local"] for row in table_of(editor.get(CSV).content)] == [
        "2026-11-01 01:30:00 EST",
        "2026-11-01 01:30:00 EDT",
    ]


def test_a_formula_in_a_note_does_not_reach_a_spreadsheet_as_one(
    make: Factory, button: Button, editor: TestClient
) -> None:
    note = '=HYPERLINK("http://x.test","a")'
    make.press(button=button, note=note)

    (cells,) = table_of(editor.get(CSV).content)
    (row,) = objects_of(editor.get(JSONL).content)

    assert (cells["note"], cells["title"]) == ("'" + note, "'=Hug")
    assert (row["note"], row["button"]["title"]) == (note, "=Hug")


def test_an_export_is_a_file_that_nobody_keeps_a_copy_of(editor: TestClient) -> None:
    query = {"start": "2026-11-01T04:00:00Z", "end": "2026-11-26T05:00:00Z"}
    table, objects = editor.get(CSV, params=query), editor.get(JSONL, params=query)

    assert (table.headers["content-type"], objects.headers["content-type"]) == (
        "text/csv; charset=utf-8",
        "application/x-ndjson",
    )
    assert table.headers["cache-control"] == objects.headers["cache-control"] == "no-store"
    name = "WDMO-log-2026-11-01--2026-11-25"
    assert table.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    assert objects.headers["content-disposition"] == f'attachment; filename="{name}.jsonl"'


def test_a_name_beyond_ascii_is_given_in_both_ways() -> None:
    assert content_disposition("Radio-Zürich.csv") == (
        "attachment; filename=\"Radio-Z_rich.csv\"; filename*=UTF-8''Radio-Z%C3%BCrich.csv"
    )


def test_no_name_can_end_its_header() -> None:
    header = content_disposition('a"b\\c\r\nSet-Cookie: d\x00.csv')

    assert header.startswith("attachment; filename=\"a_b_c__Set-Cookie: d_.csv\"; filename*=UTF-8''a%22b%5Cc%0D%0A")
    assert header.isprintable()


def test_a_station_without_a_call_sign_goes_by_its_name(make: Factory, as_user: AsUser) -> None:
    station = make.station(name='ラジオ "1"\r\n')

    header = as_user(member_of(make, station)).get(CSV).headers["content-disposition"]

    assert header.isascii()
    assert header.startswith('attachment; filename="___-1-log-until-2')
    assert "filename*=UTF-8''%E3%83%A9%E3%82%B8%E3%82%AA-1-log-until-2" in header


@pytest.mark.parametrize("path", [CSV, JSONL])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("statsu=void", "query.statsu"),
        ("cursor=abc", "query.cursor"),
        ("limit=1", "query.limit"),
        ("start=yesterday", "query.start"),
        ("status=gone", "query.status"),
        ("note=a%00b", "query.note"),
    ],
)
def test_a_query_that_is_not_valid_is_refused(editor: TestClient, path: str, query: str, field: str) -> None:
    answer = editor.get(f"{path}?{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("query", ["start=0001-01-01T00:00:00Z", "end=9999-12-31T23:59:59.999999Z", "note="])
@pytest.mark.usefixtures("record")
def test_queries_at_the_edges_are_answered(editor: TestClient, query: str) -> None:
    assert len(table_of(editor.get(f"{CSV}?{query}").content)) == 15


def test_pages_and_exports_take_the_same_filters(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    of_pages, *of_exports = (
        {each["name"]: each for each in paths[path]["get"]["parameters"]} for path in (PRESSES, CSV, JSONL)
    )

    assert of_pages.keys() - {"cursor", "limit"} == {
        *("station_id", "start", "end", "button_id", "type", "deck_id", "status", "channel", "note")
    }
    for parameters in of_exports:
        assert parameters == {name: each for name, each in of_pages.items() if name not in {"cursor", "limit"}}


def test_the_document_says_what_kind_of_file_comes(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    assert list(paths[CSV]["get"]["responses"]["200"]["content"]) == ["text/csv"]
    assert list(paths[JSONL]["get"]["responses"]["200"]["content"]) == ["application/x-ndjson"]


@pytest.mark.parametrize("path", [CSV, JSONL])
def test_every_member_may_export_and_nobody_else(
    make: Factory, station: Station, client: TestClient, as_user: AsUser, path: str
) -> None:
    query = {"station_id": str(station.id)}
    assert client.get(path, params=query).status_code == 401
    for role in Role:
        assert as_user(member_of(make, station, role)).get(path, params=query).status_code == 200
    stranger = as_user(member_of(make, make.station()))
    assert stranger.get(path, params=query).status_code == 404
    assert stranger.get(path, params={"station_id": str(uuid4())}).status_code == 404


@pytest.mark.usefixtures("record")
def test_another_stations_rows_are_never_in_it(make: Factory, button: Button, deck: Deck, as_user: AsUser) -> None:
    elsewhere = make.station()
    theirs = make.press(button=make.button(station=elsewhere))
    client = as_user(member_of(make, elsewhere))

    assert [row["id"] for row in objects_of(client.get(JSONL).content)] == [str(theirs.id)]
    for query in ({"button_id": str(button.id)}, {"deck_id": str(deck.id)}):
        assert table_of(client.get(CSV, params=query).content) == []
