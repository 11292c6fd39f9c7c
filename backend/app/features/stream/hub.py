"""Who reads which station in this process, and what still waits to be sent to each. Bookkeeping of one event loop."""

import asyncio
from collections import Counter, deque
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from app.core.errors import Unavailable

MAX_WAITING = 1_000
# Any one look brings less.
MAX_WAITING_BYTES = 8 * 1024 * 1024
MAX_READERS = 1_000
MAX_READERS_OF_USER = 20
RETRY_AFTER_S = 5


class TooManyReaders(Unavailable):
    """As many streams are open as this process, or this user, may have."""

    code = "too_many_streams"
    default_detail = "Too many live streams are open. Close some, or try again shortly."


class HubClosed(Unavailable):
    """The server is stopping and opens no streams."""

    code = "shutting_down"
    default_detail = "The server is stopping. Try again shortly."


class Reading(NamedTuple):
    """Which login reads which station; several readers may share one."""

    login_id: UUID
    station_id: UUID


class Reader:
    """One open stream. It is never waited for: it takes what there is, or falls behind and is ended."""

    def __init__(self, reading: Reading, *, user_id: UUID) -> None:
        self.reading = reading
        self.user_id = user_id
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._has_news = asyncio.Event()
        self._has_ended = asyncio.Event()

    @property
    def has_ended(self) -> bool:
        return self._has_ended.is_set()

    def put(self, events: Sequence[bytes]) -> bool:
        """Have events sent. False when too many wait, or too much."""
        size = sum(map(len, events))
        if len(self._waiting) + len(events) > MAX_WAITING or self._waiting_bytes + size > MAX_WAITING_BYTES:
            return False
        self._waiting.extend(events)
        self._waiting_bytes += size
        self._has_news.set()
        return True

    async def take(self) -> bytes | None:
        """All that waits, as soon as something does; None at the end."""
        await self._has_news.wait()
        if self.has_ended:
            return None
        self._has_news.clear()
        events = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        return events

    def end(self) -> None:
        """Nothing more is sent; a reader that comes back gets by its last id what it missed."""
        self._waiting.clear()
        self._has_ended.set()
        self._has_news.set()

    async def ended(self) -> None:
        """Wait until it has ended."""
        await self._has_ended.wait()


class Hub:
    """Passes events on to the readers of a station."""

    def __init__(self) -> None:
        self._readers: dict[UUID, set[Reader]] = {}
        self._users: Counter[UUID] = Counter()
        self._is_closed = False

    def __len__(self) -> int:
        return self._users.total()

    def subscribe(self, reading: Reading, *, user_id: UUID) -> Reader:
        """A reader of what is published from now on. Raises TooManyReaders, HubClosed."""
        if self._is_closed:
            raise HubClosed
        # Of a user and not of a login: logins are to be had for nothing.
        if len(self) >= MAX_READERS or self._users[user_id] >= MAX_READERS_OF_USER:
            raise TooManyReaders(retry_after_s=RETRY_AFTER_S)
        reader = Reader(reading, user_id=user_id)
        self._readers.setdefault(reading.station_id, set()).add(reader)
        self._users[user_id] += 1
        return reader

    def unsubscribe(self, reader: Reader) -> None:
        """End a reader. To do so again does no harm."""
        reader.end()
        user_id, station_id = reader.user_id, reader.reading.station_id
        readers = self._readers.get(station_id, set())
        if reader not in readers:
            return
        readers.remove(reader)
        if not readers:
            del self._readers[station_id]
        self._users[user_id] -= 1
        if not self._users[user_id]:
            del self._users[user_id]

    def publish(self, station_id: UUID, events: Sequence[bytes]) -> None:
        """Have events sent to every reader of the station; one that is too far behind is ended instead."""
        if not events:
            return
        for reader in list(self._readers.get(station_id, ())):
            if not reader.put(events):
                self.unsubscribe(reader)

    def publish_everywhere(self, event: bytes) -> None:
        """Have something sent to every reader of every station."""
        for station_id in list(self._readers):
            self.publish(station_id, [event])

    def readings(self) -> set[Reading]:
        """Which logins read which stations."""
        return {reader.reading for readers in self._readers.values() for reader in readers}

    def end_readings(self, readings: Collection[Reading]) -> None:
        """End all readers of these logins and stations."""
        for station_id in {reading.station_id for reading in readings}:
            for reader in list(self._readers.get(station_id, ())):
                if reader.reading in readings:
                    self.unsubscribe(reader)

    def end_station(self, station_id: UUID) -> None:
        """End all readers of a station."""
        for reader in list(self._readers.get(station_id, ())):
            self.unsubscribe(reader)

    def close(self) -> None:
        """End all readers, and take no more."""
        self._is_closed = True
        for station_id in list(self._readers):
            self.end_station(station_id)
