"""Hears from every process which stations have something new."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import psycopg
import structlog

from app.background.connections import Connections
from app.background.notifier import CHANNEL
from app.core.config import Settings

# A connection that fell silent says nothing of it, so it is asked this often whether it still lives.
LISTEN_S = 10.0
ANSWER_WITHIN_S = 3.0
RETRY_PAUSE_S = 0.5

log = structlog.get_logger(__name__)


class StationListener:
    """Listens on one connection from `start` to `stop`, and connects anew when it breaks.

    `on_news` is told a station; `on_doubt` is called whenever something may have been missed.
    """

    def __init__(self, settings: Settings, *, on_news: Callable[[UUID], None], on_doubt: Callable[[], None]) -> None:
        self._connections = Connections(settings.for_listening(), size=1)
        self._on_news = on_news
        self._on_doubt = on_doubt
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._is_failing = False

    def start(self) -> None:
        """Listen from now on. To ask again does no harm."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._listen())

    def stop(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()
            self._ending.add(self._task)
            self._task.add_done_callback(self._ending.discard)
            self._task = None

    async def close(self) -> None:
        self.stop()
        if self._ending:
            await asyncio.wait(self._ending)
        await self._connections.close()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_for_a_while()
            except (psycopg.Error, OSError) as error:
                if not self._is_failing:
                    log.warning("not_listening", error=str(error))
                self._is_failing = True
                await asyncio.sleep(RETRY_PAUSE_S)

    async def _listen_for_a_while(self) -> None:
        until = asyncio.get_running_loop().time() + LISTEN_S + ANSWER_WITHIN_S
        async with self._connections.connection(until=until) as connection:
            # Each time, also on the connection of the last time: the answer shows that it still lives.
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            self._is_failing = False
            self._on_doubt()
            async for notice in connection.notifies(timeout=LISTEN_S):
                self._tell(notice.payload)

    def _tell(self, payload: str) -> None:
        try:
            station_id = UUID(payload)
        except ValueError:
            return  # not from us: a channel is open to all who may connect
        self._on_news(station_id)
