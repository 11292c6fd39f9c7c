"""/presses/export, taken piece by piece, on a database that keeps what is committed."""

import asyncio
import itertools
import json
import socket
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import uvicorn
from sqlalchemy.exc import OperationalError
from starlette.types import Message

from app.api import export_response
from app.api.export_response import MAX_EXPORTS, ExportBroken
from app.features.presses import log, rollup
from app.features.presses.log import RowPage
from app.features.reports import service
from app.main import Tracker
from app.models import Button, CorrectionKind, Station
from app.tests.api.exports import CSV, JSONL, member_of, objects_of, table_of
from app.tests.api.logins import bearer
from app.tests.factories import LONG_AGO
from app.tests.recording import KeptDatabase

MINUTE = timedelta(minutes=1)


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
