"""Notes which press keys still call an address that this server had before."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
import structlog

from app.background.connections import Connections
from app.background.waiting import is_set_within
from app.core.config import Settings
from app.features.buttons import addresses
from app.features.buttons.addresses import Headers, OldAddresses
from app.features.presses.ingest import KeyBinding

WRITE_EVERY_S = 5.0
WITHIN_S = 3.0
# A key's later calls change its entry; so many keys of one process are enough for one writing.
MAX_NOTED = 10_000

type Act = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class AddressKeeper:
    """Remembers calls of old addresses, and writes them down every few seconds, if there were any. An async context
    manager.

    A press pays for it only where the address has ever changed, and then less than a microsecond; nothing waits for it,
    and what is lost in a crash is noted at the key's next press.
    """

    def __init__(self, settings: Settings, *, public_url: str) -> None:
        self._connections = Connections(settings, size=1)
        self._public_url = public_url
        self._old = OldAddresses([], public_url=public_url)
        self._noted: dict[UUID, tuple[UUID, str, datetime]] = {}
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

    def note(self, binding: KeyBinding, headers: Headers, *, at: datetime) -> None:
        """A press of this key was recorded that came with these headers."""
        if not self._old:
            return
        url = self._old.called_by(headers)
        if url is not None and (binding.key_id in self._noted or len(self._noted) < MAX_NOTED):
            self._noted[binding.key_id] = (binding.station_id, url, at)

    async def _keep(self) -> None:
        is_read = False
        while not self._is_over.is_set():
            is_read = is_read or await self._try(self._read)
            await self._try(self._write)
            await is_set_within(self._is_over, WRITE_EVERY_S)
        await self._try(self._write)

    async def _try(self, act: Act) -> bool:
        try:
            await act(asyncio.get_running_loop().time() + WITHIN_S)
        except (psycopg.Error, OSError) as error:
            log.warning("old_addresses_not_kept", error=str(error))
            return False
        return True

    async def _read(self, until: float) -> None:
        async with self._connections.connection(until=until) as connection:
            rows = await (await connection.execute(addresses.READ_URLS)).fetchall()
        self._old = OldAddresses([url for (url,) in rows], public_url=self._public_url)

    async def _write(self, until: float) -> None:
        if not self._noted:
            return
        # In one order everywhere: two processes that write the same keys wait for each other, and never both.
        noted = sorted(self._noted.items())
        async with self._connections.connection(until=until) as connection:
            await connection.execute(
                addresses.NOTE_CALLS,
                {
                    "station_ids": [station_id for _, (station_id, _, _) in noted],
                    "key_ids": [key_id for key_id, _ in noted],
                    "urls": [url for _, (_, url, _) in noted],
                    "called_at": [at for _, (_, _, at) in noted],
                },
            )
        for key_id, entry in noted:
            if self._noted.get(key_id) is entry:
                del self._noted[key_id]
