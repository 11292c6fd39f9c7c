"""A few plain psycopg connections for the press path, made when needed and dropped when they fail."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncClientCursor, AsyncConnection

from app.core.config import Settings
from app.core.db import APPLICATION_NAME, CONNECT_TIMEOUT_S

# Plans are made once and kept, while a young table grows by orders of magnitude before it is analysed: only plans
# that go by index stay good. The timeouts free the station's lock when something hangs, inside the five seconds.
SESSION_SETTINGS = {
    "timezone": "UTC",
    "synchronous_commit": "on",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",
    "enable_material": "off",
    "jit": "off",
    "lock_timeout": "3500",
    "statement_timeout": "4000",
    "idle_in_transaction_session_timeout": "5000",
}


class Connections:
    """At most `size` connections, in autocommit mode. Unlike a general pool it waits for nothing after a failure: the next use connects
    anew, so presses flow in the moment the database is back."""

    def __init__(self, settings: Settings, *, size: int, prepare: Sequence[str] = ()) -> None:
        self._conninfo = settings.conninfo
        self._is_pooled = not settings.prepared_statements
        self._prepare = prepare
        self._idle: list[AsyncConnection] = []
        self._places = asyncio.Semaphore(size)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A connection to use alone. After any error it is closed: what state it was left in is not worth knowing."""
        async with self._places:
            connection = self._idle.pop() if self._idle else await self._connect()
            try:
                yield connection
            except BaseException:
                await connection.close()
                raise
            self._idle.append(connection)

    async def _connect(self) -> AsyncConnection:
        connection = await AsyncConnection.connect(
            self._conninfo,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name=APPLICATION_NAME,
            autocommit=True,
            cursor_factory=AsyncClientCursor,
        )
        if not self._is_pooled:
            # Behind a pooler these would stay with a server connection that others use too.
            await connection.execute(_set_statement())
            for statement in self._prepare:
                await connection.execute(statement)
        return connection

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    def drop_idle(self) -> None:
        """Forget connections that were open when the database went away; each would fail once more."""
        for connection in self._idle:
            connection.pgconn.finish()
        self._idle.clear()


def _set_statement() -> psycopg.sql.Composed:
    settings = [
        psycopg.sql.SQL("SET {} = {}").format(psycopg.sql.Identifier(name), psycopg.sql.Literal(value))
        for name, value in SESSION_SETTINGS.items()
    ]
    return psycopg.sql.SQL("; ").join(settings)
