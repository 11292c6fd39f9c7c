"""Notes that this process is running, so that the log can say when nobody was listening."""

import asyncio
from types import TracebackType
from typing import Self
from uuid import uuid4

import psycopg
import structlog

from app.background.connections import Connections
from app.background.waiting import is_set_within
from app.core import clock
from app.core.config import Settings
from app.features.presses import watch

BEAT_WITHIN_S = 2.0

log = structlog.get_logger(__name__)


class WatchKeeper:
    """Keeps one watch going while the process runs and the database answers. An async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._connections = Connections(settings, size=1)
        self._watch_id = uuid4()
        self._is_over = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        await self._task
        await self._connections.close()

    async def _keep(self) -> None:
        while not self._is_over.is_set():
            await self._try_beat(is_end=False)
            await is_set_within(self._is_over, watch.HEARTBEAT.total_seconds())
        await self._try_beat(is_end=True)

    async def _try_beat(self, *, is_end: bool) -> None:
        try:
            await self._beat(is_end=is_end)
        except (psycopg.Error, OSError) as error:
            log.warning("watch_not_noted", error=str(error))

    async def _beat(self, *, is_end: bool) -> None:
        now = clock.now()
        until = asyncio.get_running_loop().time() + BEAT_WITHIN_S
        async with self._connections.connection(until=until) as connection:
            cursor = await connection.execute(
                watch.GO_ON,
                {
                    "id": self._watch_id,
                    "now": now,
                    "ended_at": now if is_end else None,
                    "oldest": now - watch.MAX_SILENCE,
                },
            )
            if cursor.rowcount == 0 and not is_end:
                self._watch_id = uuid4()
                await connection.execute(watch.BEGIN, {"id": self._watch_id, "now": now})
