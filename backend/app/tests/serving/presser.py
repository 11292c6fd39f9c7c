"""Streams of presses, as many decks send them, and what each was answered."""

import asyncio
import contextlib
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from app.tests.serving.product import PressTarget

# Every press is answered within five seconds; the rest is for a machine that has more to do.
ANSWERED_WITHIN_S = 5.0
SLACK_S = 2.5
CLIENT_PATIENCE_S = 30.0


@dataclass(slots=True)
class SentPress:
    """A press with an id of its own, and how its request ended: a status, or 0 when the connection broke."""

    target: PressTarget
    id: str = field(default_factory=lambda: str(uuid4()))
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    took_s: float = 0.0

    @property
    def is_recorded(self) -> bool:
        return self.status == 200

    def to_bytes(self) -> bytes:
        body = json.dumps({"id": self.id}).encode()
        head = f"POST {self.target.path} HTTP/1.1\r\nHost: tracker.test\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


class _Line:
    """One connection, kept open as long as the server does, and made anew after that."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, press: SentPress) -> None:
        started_at = time.monotonic()
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(press.to_bytes())
            async with asyncio.timeout(CLIENT_PATIENCE_S):
                press.status, press.headers, body = await _read_answer(reader)
            if "json" in press.headers.get("content-type", ""):
                press.answer = json.loads(body)
            if press.headers.get("connection") == "close":
                await self.close()
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
        press.took_s = time.monotonic() - started_at

    async def close(self) -> None:
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers["content-length"]))
    return int(head[0].split()[1]), headers, body


class Load:
    """Presses of these buttons from several connections at once, from entering the block to leaving it."""

    def __init__(self, port: int, targets: Sequence[PressTarget], *, lines: int = 8, pause_s: float = 0.02) -> None:
        self._port = port
        self._targets = targets
        self._lines = lines
        self._pause_s = pause_s
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._press_all()), name="presses")
        self.presses: list[SentPress] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def recorded_count(self) -> int:
        return sum(press.is_recorded for press in self.presses)

    async def _press_all(self) -> None:
        await asyncio.gather(*(self._press_on() for _ in range(self._lines)))

    async def _press_on(self) -> None:
        line = _Line(self._port)
        while not self._is_over.is_set():
            press = SentPress(random.choice(self._targets))
            await line.send(press)
            self.presses.append(press)
            # A deck whose server is away does not knock at full speed either.
            await asyncio.sleep(self._pause_s if press.status else 0.1)
        await line.close()


def send_all(port: int, presses: Sequence[SentPress], *, lines: int = 10) -> list[SentPress]:
    """Send each once; a press that was sent before gets its new answer in a copy."""
    copies = [SentPress(press.target, id=press.id) for press in presses]

    async def send_share(share: Sequence[SentPress]) -> None:
        line = _Line(port)
        for press in share:
            await line.send(press)
        await line.close()

    async def send() -> None:
        await asyncio.gather(*(send_share(copies[start::lines]) for start in range(lines)))

    asyncio.run(send())
    return copies


def send_together(port: int, presses: Sequence[SentPress]) -> list[SentPress]:
    """Send all at the same time, each on a connection of its own."""
    return send_all(port, presses, lines=max(len(presses), 1))


def press_once(port: int, target: PressTarget) -> SentPress:
    return send_all(port, [SentPress(target)])[0]
