"""/presses/export: the log, whole, as a file."""

import asyncio
import csv
import itertools
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from starlette.types import Message

from app.api import export_response
from app.api.export_response import MAX_EXPORTS, ExportBroken, content_disposition
from app.features.presses import log, rollup
from app.features.presses.log import RowPage
from app.features.reports import service
from app.main import Tracker
from app.models import Button, Channel, CorrectionKind, Deck, PressStatus, Role, Station, User
from app.tests.api.logins import bearer
from app.tests.factories import LONG_AGO, Factory
from app.tests.recording import KeptDatabase

PRESSES = "/api/v1/presses/"
CSV = f"{PRESSES}export.csv"
JSONL = f"{PRESSES}export.jsonl"
MINUTE = timedelta(minutes=1)

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(name="The Dog Mother", call_sign="WDMO", zone="America/New_York")


def member_of(make: Factory, station: Station, role: Role = Role.VIEWER) -> User:
    user = make.user(full_name="Kim Lee")
    make.member(station=station, user=user, role=role)
    return user


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


def table_of(body: bytes) -> list[dict[str, str]]:
    """A CSV file as a spreadsheet reads it."""
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def objects_of(body: bytes) -> list[dict[str, Any]]:
    """JSON Lines as a program reads them that takes every line break for one."""
    return [json.loads(line) for line in body.decode().splitlines()]


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


# Under way: on a database that keeps what is committed, taken piece by piece.


class Download:
    """A client that takes an answer message by message, when a test wants the next."""

    def __init__(self, app: Tracker, path: str, *, query: str, headers: dict[str, str]) -> None:
        self.body = b""
        self._wanted = asyncio.Semaphore(0)
        self._taken: asyncio.Queue[Message] = asyncio.Queue()
        self._is_gone = asyncio.Event()
        self._is_asked = False
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("203.0.113.7", 40000),
            "server": ("tracker.test", 80),
        }
        self.served = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if not self._is_asked:
            self._is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._is_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self._wanted.acquire()
        self._taken.put_nowait(message)

    async def take(self) -> Message:
        """The next message."""
        self._wanted.release()
        async with asyncio.timeout(10):
            message = await self._taken.get()
        self.body += message.get("body", b"")
        return message

    async def begin(self) -> int:
        """The status of the answer, once it and a first piece of the body are here."""
        start = await self.take()
        if start["status"] == 200:
            await self.take()
        return int(start["status"])

    async def finish(self) -> bytes:
        """The body, once it is complete."""
        while (await self.take()).get("more_body", False):
            pass
        await self.served
        return self.body

    async def leave(self) -> None:
        """Hang up."""
        self._is_gone.set()
        async with asyncio.timeout(10):
            await self.served

    async def take_until_broken(self, *, pause_s: float = 0.0) -> None:
        """Take what comes until the server gives up. Raises what it gave up with; fails when the answer was ended."""
        while True:
            await asyncio.sleep(pause_s)
            self._wanted.release()
            taken = asyncio.ensure_future(self._taken.get())
            await asyncio.wait({taken, self.served}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if not taken.done():
                taken.cancel()
                await self.served
            assert (await taken)["more_body"], "the answer was ended as if it were complete"


class Archive:
    """A member of a station with seven presses, who exports its log."""

    def __init__(self, kept: KeptDatabase, app: Tracker) -> None:
        self.kept, self.app = kept, app
        self._exports: list[Download] = []
        with kept.make() as make:
            self.station: Station = make.station()
            self.button: Button = make.button(station=self.station)
            self.presses = [make.press(button=self.button, pressed_at=LONG_AGO + n * MINUTE) for n in range(7)]
            rollup.rebuild(make.session, station_id=self.station.id)
            self.user = member_of(make, self.station)
            self.headers = bearer(make.session, self.user)
            # Nobody has two at once, so each is another member's.
            others = [bearer(make.session, member_of(make, self.station)) for _ in range(MAX_EXPORTS)]
        self._turns = itertools.cycle([self.headers, *others])

    def export(self, path: str = JSONL, *, query: str = "", headers: dict[str, str] | None = None) -> Download:
        export = Download(self.app, path, query=query, headers=headers or next(self._turns))
        self._exports.append(export)
        return export

    async def close(self) -> None:
        """End what is under way, so that the next test finds every place free."""
        for export in self._exports:
            export.served.cancel()
        await asyncio.gather(*(export.served for export in self._exports), return_exceptions=True)

    @property
    def newest_first(self) -> list[str]:
        return [str(press.id) for press in reversed(self.presses)]

    @property
    def open_connections(self) -> int:
        """Connections that requests hold; a transaction that is under way has one."""
        pool: Any = self.app.state.runtime.engine.pool
        checked_out: int = pool.checkedout()
        return checked_out


@pytest.fixture
async def archive(kept: KeptDatabase, app: Tracker, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Archive]:
    monkeypatch.setattr(service, "PAGE_ROWS", 2)
    archive = Archive(kept, app)
    yield archive
    await archive.close()


@pytest.mark.parametrize("query", ["", "status=counted", "note=why", "status=void"])
async def test_what_arrives_during_an_export_is_not_in_it(kept: KeptDatabase, archive: Archive, query: str) -> None:
    station_id, presses = archive.station.id, archive.presses
    for press in presses[:2]:
        kept.correct(station_id, press.id, CorrectionKind.VOID, user=archive.user)
    before = objects_of(await whole(archive.export(query=query)))
    export = archive.export(query=query)
    await export.begin()

    with kept.make() as make:
        for minutes in (-1, 3, 9):
            make.press(button=archive.button, pressed_at=LONG_AGO + minutes * MINUTE, note="why")
    kept.correct(station_id, presses[1].id, CorrectionKind.RESTORE, user=archive.user)
    for press in presses[1:4]:
        kept.correct(station_id, press.id, CorrectionKind.VOID, user=archive.user)

    assert objects_of(await export.finish()) == before
    assert len(before) == {"": 7, "status=counted": 5, "note=why": 2, "status=void": 2}[query]
    assert objects_of(await whole(archive.export(query=query))) != before


async def whole(export: Download) -> bytes:
    assert (await export.take())["status"] == 200
    return await export.finish()


async def test_pieces_are_sent_as_they_are_made_and_nothing_is_held_between_them(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0

    def read_and_count(*args: Any, **fields: Any) -> RowPage:
        nonlocal reads
        reads += 1
        return read(*args, **fields)

    read = log.read_row_page
    monkeypatch.setattr(log, "read_row_page", read_and_count)
    export = archive.export()
    await export.begin()
    await asyncio.sleep(0.05)

    assert [row["id"] for row in objects_of(export.body)] == archive.newest_first[:2]
    assert reads == 2
    assert archive.open_connections == 0
    assert [row["id"] for row in objects_of(await export.finish())] == archive.newest_first
    assert reads == 4


async def test_a_third_export_waits_until_one_is_done(archive: Archive) -> None:
    exports = [archive.export() for _ in range(MAX_EXPORTS)]
    assert [await export.begin() for export in exports] == [200] * MAX_EXPORTS

    refused = archive.export(CSV)
    start = await refused.take()
    problem = json.loads(await refused.finish())
    assert (start["status"], problem["code"]) == (503, "too_many_exports")
    assert dict(start["headers"])[b"retry-after"] == b"15"

    await exports[0].finish()
    assert len(table_of(await whole(archive.export(CSV)))) == 7
    await exports[1].finish()


async def test_nobody_has_two_exports_at_once(archive: Archive) -> None:
    first = archive.export(headers=archive.headers)
    assert await first.begin() == 200

    assert await archive.export(headers=archive.headers).begin() == 503
    await first.finish()
    assert await archive.export(headers=archive.headers).begin() == 200


@pytest.mark.parametrize("messages", [0, 1, 2, 3])
async def test_a_client_that_goes_away_gives_its_place_back(archive: Archive, messages: int) -> None:
    exports = [archive.export() for _ in range(MAX_EXPORTS)]
    for export in exports:
        for _ in range(messages):
            await export.take()
        await export.leave()

    assert [await archive.export().begin() for _ in range(MAX_EXPORTS)] == [200] * MAX_EXPORTS


@pytest.fixture
def lost_database(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets so many pages be read, and no further one."""

    read = log.read_row_page

    def lose_after(pages: int) -> None:
        def read_or_fail(*args: Any, **fields: Any) -> RowPage:
            nonlocal pages
            pages -= 1
            if pages < 0:
                raise OperationalError("SELECT", {}, psycopg.OperationalError("the connection is lost"))
            return read(*args, **fields)

        monkeypatch.setattr(log, "read_row_page", read_or_fail)

    return lose_after


async def test_a_database_that_is_lost_before_the_first_page_is_answered_as_usual(
    archive: Archive, lost_database: Callable[[int], None]
) -> None:
    lost_database(0)
    refused = archive.export()

    assert (await refused.take())["status"] == 503
    assert json.loads(await refused.finish())["code"] == "database_unreachable"


@pytest.mark.parametrize("path", [CSV, JSONL])
async def test_a_database_that_is_lost_in_the_middle_breaks_the_answer_and_gives_the_place_back(
    archive: Archive, lost_database: Callable[[int], None], path: str
) -> None:
    for _ in range(MAX_EXPORTS + 1):
        lost_database(2)
        export = archive.export(path)
        assert await export.begin() == 200
        with pytest.raises(ExportBroken, match="the connection is lost"):
            await export.take_until_broken()


async def test_a_client_that_takes_nothing_loses_its_place(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_response, "PATIENCE_S", 0.05)
    exports = [archive.export() for _ in range(MAX_EXPORTS)]
    for export in exports:
        assert await export.begin() == 200
    for export in exports:
        async with asyncio.timeout(10):
            with pytest.raises(ExportBroken, match="too slowly"):
                await export.served

    assert await archive.export().begin() == 200


async def test_a_client_that_takes_a_byte_now_and_then_loses_its_place(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_response, "PATIENCE_S", 0.2)
    monkeypatch.setattr(export_response, "PIECE_BYTES", 10)
    export = archive.export()
    await export.begin()

    with pytest.raises(ExportBroken, match="too slowly"):
        await export.take_until_broken(pause_s=0.05)


@pytest.fixture
async def port(app: Tracker) -> AsyncIterator[int]:
    """Where the application listens, served as `tracker serve` does."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


async def answer_of(port: int, archive: Archive) -> bytes:
    """All that the server sends until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [f"GET {CSV} HTTP/1.1", "Host: tracker.test", "Connection: close"]
    head += [f"{name}: {value}" for name, value in archive.headers.items()]
    writer.write("\r\n".join([*head, "", ""]).encode())
    async with asyncio.timeout(10):
        answer = await reader.read(-1)
    writer.close()
    return answer


async def test_a_client_can_tell_a_broken_export_from_a_whole_one(
    archive: Archive, lost_database: Callable[[int], None], port: int
) -> None:
    last_chunk = b"\r\n0\r\n\r\n"
    complete = await answer_of(port, archive)
    lost_database(2)
    broken = await answer_of(port, archive)

    assert complete.startswith(b"HTTP/1.1 200")
    assert complete.endswith(last_chunk)
    assert complete.count(str(archive.button.id).encode()) == 7
    assert broken.startswith(b"HTTP/1.1 200")
    assert last_chunk not in broken
    assert broken.count(str(archive.button.id).encode()) == 4
