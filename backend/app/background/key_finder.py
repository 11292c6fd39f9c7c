"""Finds what a press key belongs to: remembered once found, asked for in groups while unknown."""

import asyncio
from collections import OrderedDict

import psycopg
import structlog

from app.background.connections import Connections
from app.core.config import Settings
from app.core.errors import Unavailable
from app.features.presses import queries
from app.features.presses.batch import PressKeyNotFound
from app.features.presses.ingest import KeyBinding

MAX_REMEMBERED = 100_000
MAX_WAITING = 10_000
MAX_GROUP = 500
FIND_WITHIN_S = 3.5
RETRY_PAUSE_S = 0.05

log = structlog.get_logger(__name__)


class KeysUnavailable(Unavailable):
    """The database does not answer, so it is not known whether this key exists."""

    code = "database_unreachable"
    default_detail = "The database does not answer right now. Try again shortly."


class KeyFinder:
    """Keys that were not found are not remembered, so that a new key works at once; strangers who try keys share
    one connection and one query at a time, and cannot crowd out presses."""

    def __init__(self, settings: Settings) -> None:
        self._connections = Connections(settings, size=1)
        self._known: OrderedDict[str, KeyBinding] = OrderedDict()
        self._wanted: dict[str, asyncio.Future[KeyBinding | None]] = {}
        self._search: asyncio.Task[None] | None = None

    def known(self, key: str) -> KeyBinding | None:
        """What the key belongs to, if that was found before."""
        return self._known.get(key)

    async def find(self, key: str) -> KeyBinding:
        """What the key belongs to. Raises PressKeyNotFound, KeysUnavailable."""
        known = self._known.get(key)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(FIND_WITHIN_S):
                while True:
                    # Shielded: others may wait for the same answer when one of them gives up.
                    binding = await asyncio.shield(self._want(key))
                    if binding is not None:
                        return binding
                    # That search was under way before we came, and its time was up before ours is.
        except TimeoutError:
            raise KeysUnavailable from None

    def forget(self, key: str) -> None:
        """Drop a key that a batch found to be revoked."""
        self._known.pop(key, None)

    async def close(self) -> None:
        if self._search is not None:
            await self._search
        await self._connections.close()

    def _want(self, key: str) -> asyncio.Future[KeyBinding | None]:
        """Have the key looked for; None when the database does not tell in time."""
        wanted = self._wanted.get(key)
        if wanted is None:
            if len(self._wanted) >= MAX_WAITING:
                raise KeysUnavailable
            wanted = self._wanted[key] = asyncio.get_running_loop().create_future()
        if self._search is None or self._search.done():
            self._search = asyncio.create_task(self._search_all())
        return wanted

    async def _search_all(self) -> None:
        while self._wanted:
            group = dict(list(self._wanted.items())[:MAX_GROUP])
            found = await self._query(list(group))
            for key, answer in group.items():
                del self._wanted[key]
                if found is None:
                    answer.set_result(None)
                elif key in found:
                    self._remember(key, found[key])
                    answer.set_result(found[key])
                else:
                    answer.set_exception(PressKeyNotFound())
                    answer.exception()  # whoever asked may have given up: nothing for the log
        self._search = None

    async def _query(self, keys: list[str]) -> dict[str, KeyBinding] | None:
        """What is known of these keys; None when the database does not tell in time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + FIND_WITHIN_S
        problem: Exception | None = None
        while loop.time() < until:
            try:
                async with self._connections.connection(until=until) as connection:
                    rows = await (await connection.execute(queries.FIND_KEYS, (keys,))).fetchall()
                return {key: KeyBinding(key_id, *rest) for key_id, key, *rest in rows}
            except (psycopg.Error, OSError) as error:
                problem = error
                await asyncio.sleep(RETRY_PAUSE_S)
        log.warning("keys_not_found_in_time", keys=len(keys), error=str(problem))
        return None

    def _remember(self, key: str, binding: KeyBinding) -> None:
        self._known[key] = binding
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
