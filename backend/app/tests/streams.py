"""What comes over a live stream, read as a browser reads it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.types import Message, Scope

from app.main import Tracker
from app.models import User
from app.tests.api.logins import bearer
from app.tests.recording import KeptDatabase

PATIENCE_S = 15.0
PATH = "/api/v1/stream"


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    id: int
    data: dict[str, Any]


def parse(block: str) -> Event | None:
    """An event from its lines; None for a comment."""
    fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
    if "event" not in fields:
        return None
    return Event(fields["event"], int(fields["id"]), json.loads(fields["data"]))


class Received:
    """Events in the order in which they came."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.comment_count = 0
        self.has_ended = asyncio.Event()
        self._rest = ""
        self._has_more = asyncio.Event()

    def take(self, chunk: bytes) -> None:
        *blocks, self._rest = (self._rest + chunk.decode()).split("\n\n")
        for block in blocks:
            event = parse(block)
            if event is None:
                self.comment_count += 1
            else:
                self.events.append(event)
        self._has_more.set()

    def named(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.name in names]

    @property
    def record(self) -> list[int]:
        """The numbers of the presses and corrections."""
        return [event.id for event in self.named("press", "correction")]

    async def until(self, is_so: Callable[[], object]) -> None:
        """Return once it is so; fail when it is not in time."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                self._has_more.clear()
                await self._has_more.wait()

    async def first(self, name: str) -> Event:
        await self.until(lambda: self.named(name))
        return self.named(name)[0]

    async def end(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.has_ended.wait()


class Stream(Received):
    """A stream that the application answers with, over plain ASGI. A stuck one takes nothing after its beginning."""

    def __init__(self, *, is_stuck: bool = False) -> None:
        super().__init__()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.problem = b""
        self._is_stuck = is_stuck
        self._answered = asyncio.Event()
        self._gone = asyncio.Event()
        self._is_begun = False

    async def receive(self) -> Message:
        if not self._is_begun:
            self._is_begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            self._answered.set()
        elif self.status != 200:
            self.problem += message["body"]
        else:
            if self._is_stuck and self.events:
                await self._gone.wait()
            self.take(message["body"])

    async def run(self, app: Tracker, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        finally:
            self.has_ended.set()
            self._answered.set()

    async def answered(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._answered.wait()

    def leave(self) -> None:
        self._gone.set()


@asynccontextmanager
async def streaming(
    app: Tracker, query: str, headers: dict[str, str], *, is_stuck: bool = False
) -> AsyncIterator[Stream]:
    """Reads the stream within the block; in it, the server has answered."""
    stream = Stream(is_stuck=is_stuck)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("203.0.113.7", 40000),
        "server": ("tracker.test", 80),
    }
    running = asyncio.create_task(stream.run(app, scope))
    try:
        await stream.answered()
        yield stream
    finally:
        stream.leave()
        async with asyncio.timeout(PATIENCE_S):
            await running


def log_in(kept: KeptDatabase, user: User) -> dict[str, str]:
    """The header of a login of this user."""
    with kept.make() as make:
        return bearer(make.session, user)


@asynccontextmanager
async def taking(chunks: AsyncIterator[bytes]) -> AsyncIterator[Received]:
    """Takes what comes within the block."""
    received = Received()

    async def take_all() -> None:
        async for chunk in chunks:
            received.take(chunk)
        received.has_ended.set()

    task = asyncio.create_task(take_all())
    try:
        yield received
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def numbers(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


def of_station(station_id: UUID) -> str:
    return f"station_id={station_id}"
