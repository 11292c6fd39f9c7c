"""Tells every process which stations have something new, after it was committed."""

import asyncio
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
import structlog

from app.background.connections import Connections
from app.core.config import Settings

CHANNEL = "tracker_station"
SEND_WITHIN_S = 2.0
# Between two messages: under load what was committed meanwhile goes into the next, so that they cost the presses nothing.
PAUSE_S = 0.025

# Nothing depends on the message outliving a crash, so its commit waits for no disk.
NOTIFY = """
BEGIN;
SET LOCAL synchronous_commit = off;
SELECT pg_notify(%s, station_id)
FROM unnest(%s::text[]) AS station_id;
COMMIT
"""

log = structlog.get_logger(__name__)


class Notifier:
    """One message at a time, on a connection of its own. Nobody waits for it, and a lost one is made up for by those
    who read: they look once a second. An async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._connections = Connections(settings, size=1)
        self._stations: set[UUID] = set()
        self._sending: asyncio.Task[None] | None = None
        self._is_open = False
        self._is_failing = False

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        if self._sending is not None:
            await self._sending
        await self._connections.close()

    def notify(self, station_id: UUID) -> None:
        """Say that this station has something new. Returns at once."""
        self._stations.add(station_id)
        if self._sending is None and self._is_open:
            self._sending = self._loop.create_task(self._send_all())

    def notify_from_thread(self, station_id: UUID) -> None:
        """The same, from a thread that is not the event loop's."""
        self._loop.call_soon_threadsafe(self.notify, station_id)

    async def _send_all(self) -> None:
        while self._stations:
            stations, self._stations = self._stations, set()
            await self._try_send(stations)
            if self._is_open:
                await asyncio.sleep(PAUSE_S)
        self._sending = None

    async def _try_send(self, stations: set[UUID]) -> None:
        try:
            async with self._connections.connection(until=self._loop.time() + SEND_WITHIN_S) as connection:
                await connection.execute(NOTIFY, (CHANNEL, [str(station_id) for station_id in stations]))
        except (psycopg.Error, OSError) as error:
            if not self._is_failing:
                log.warning("stations_not_notified", error=str(error))
            self._is_failing = True
        else:
            self._is_failing = False
