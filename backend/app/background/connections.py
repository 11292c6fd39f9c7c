"""A few plain psycopg connections for the press path, made when needed and dropped when they fail."""

import asyncio
import contextlib
import socket
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
    """At most `size` connections, in autocommit mode. Unlike a general pool it waits for nothing after a failure: the
    next use connects anew, so presses flow in the moment the database is back."""

    def __init__(self, settings: Settings, *, size: int, prepare: Sequence[str] = ()) -> None:
        self._conninfo = settings.conninfo
        self._is_pooled = not settings.prepared_statements
        self._prepare = prepare
        self._idle: list[AsyncConnection] = []
        self._places = asyncio.Semaphore(size)

    @asynccontextmanager
    async def connection(self, *, until: float) -> AsyncIterator[AsyncConnection]:
        """A connection to use alone, until the loop's clock shows `until`.

        Raises TimeoutError (an OSError) when none is to be had by then. Whatever waits on the connection at that time
        raises OperationalError. After any error it is closed: what state it was left in is not worth knowing.
        """
        loop = asyncio.get_running_loop()
        connection, is_new = await self._take(until)
        try:
            end = loop.call_at(until, break_off, connection)
            try:
                if is_new:
                    await self._set_up(connection)
                yield connection
            except BaseException:
                await connection.close()
                raise
            finally:
                end.cancel()
            if loop.time() < until:
                self._idle.append(connection)
            else:
                await connection.close()
        finally:
            self._places.release()

    async def _take(self, until: float) -> tuple[AsyncConnection, bool]:
        """A place and its connection, and whether that is a new one."""
        if self._idle and not self._places.locked():
            # The usual case, without a timer for what takes no time.
            await self._places.acquire()
            return self._idle.pop(), False
        async with asyncio.timeout_at(until):
            await self._places.acquire()
            try:
                return (self._idle.pop(), False) if self._idle else (await self._connect(), True)
            except BaseException:
                self._places.release()
                raise

    async def _connect(self) -> AsyncConnection:
        return await AsyncConnection.connect(
            self._conninfo,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name=APPLICATION_NAME,
            # A batch's message is written as UTF-8 by ourselves, whatever the database keeps its text in.
            client_encoding="utf8",
            autocommit=True,
            cursor_factory=AsyncClientCursor,
        )

    async def _set_up(self, connection: AsyncConnection) -> None:
        if self._is_pooled:
            # Behind a pooler these would stay with a server connection that others use too.
            return
        await connection.execute(_set_statement())
        for statement in self._prepare:
            await connection.execute(statement)

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    def drop_idle(self) -> None:
        """Forget connections that were open when the database went away; each would fail once more."""
        for connection in self._idle:
            connection.pgconn.finish()
        self._idle.clear()


def break_off(connection: psycopg.Connection | AsyncConnection) -> None:
    """Cut the line, under whoever waits on it. To cancel the query instead would be to wait until the server agrees,
    and one that hangs, or has fallen off the network, never does."""
    with contextlib.suppress(OSError, psycopg.Error):
        line = socket.socket(fileno=connection.fileno())
        try:
            line.shutdown(socket.SHUT_RDWR)
        finally:
            line.detach()


def _set_statement() -> psycopg.sql.Composed:
    settings = [
        psycopg.sql.SQL("SET {} = {}").format(psycopg.sql.Identifier(name), psycopg.sql.Literal(value))
        for name, value in SESSION_SETTINGS.items()
    ]
    return psycopg.sql.SQL("; ").join(settings)
