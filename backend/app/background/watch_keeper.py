"""Notes that this process is running, so that the log can say when nobody was listening."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self
from uuid import uuid4

import psycopg
import structlog

from app.background.connections import Connections
from app.core import clock
from app.core.config import Settings
from app.features.presses import watch

log = structlog.get_logger(__name__)


class WatchKeeper:
    """Keeps one watch going while the process runs and the database answers. An async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._connections = Connections(settings, size=1)
        self._watch_id = uuid4()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        with contextlib.suppress(psycopg.Error, OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._beat(is_end=True)
        await self._connections.close()

    async def _keep(self) -> None:
        while True:
            try:
                await self._beat(is_end=False)
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
                log.warning("watch_not_noted", error=str(error))
            await asyncio.sleep(watch.HEARTBEAT.total_seconds())

    async def _beat(self, *, is_end: bool) -> None:
        now = clock.now()
        async with self._connections.connection() as connection:
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
