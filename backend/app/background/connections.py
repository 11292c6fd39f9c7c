"""A few plain psycopg connections for the press path, made when needed and dropped when they fail."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from types import TracebackType

import psycopg
from psycopg import AsyncClientCursor, AsyncConnection

from app.background.line import Line
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
        self._lines: dict[AsyncConnection, Line] = {}
        self._places = asyncio.Semaphore(size)

    def connection(self, *, until: float) -> "Loan":
        """A connection to use alone, until the loop's clock shows `until`: an async context manager.

        Entering it raises TimeoutError (an OSError) when none is to be had by then. Whatever waits on the connection at that
        time raises OperationalError. After any error it is closed: what state it was left in is not worth knowing.
        """
        return Loan(self, until)

    def line_of(self, connection: AsyncConnection) -> Line:
        """The line of a connection, which lasts as long as that does. Nothing but the line may use it from then on."""
        line = self._lines.get(connection)
        if line is None:
            line = self._lines[connection] = Line(connection)
        return line

    async def _lend(self, until: float) -> AsyncConnection:
        connection, is_new = await self._take(until)
        if is_new:
            end = asyncio.get_running_loop().call_at(until, break_off, connection)
            try:
                await self._set_up(connection)
            except BaseException:
                await self._close(connection)
                self._places.release()
                raise
            finally:
                end.cancel()
        return connection

    async def _take_back(self, connection: AsyncConnection, *, is_usable: bool) -> None:
        try:
            if is_usable:
                self._idle.append(connection)
            else:
                await self._close(connection)
        finally:
            self._places.release()

    async def _close(self, connection: AsyncConnection) -> None:
        line = self._lines.pop(connection, None)
        if line is not None:
            line.close()
        await connection.close()

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
            await self._close(self._idle.pop())

    async def drop_idle(self) -> None:
        """Forget connections that were open when the database went away; each would fail once more."""
        await self.close()


class Loan:
    """A connection that is lent out; see `Connections.connection`."""

    __slots__ = ("_connection", "_connections", "_end", "_until")

    def __init__(self, connections: Connections, until: float) -> None:
        self._connections = connections
        self._until = until

    async def __aenter__(self) -> AsyncConnection:
        self._connection = await self._connections._lend(self._until)
        self._end = asyncio.get_running_loop().call_at(self._until, break_off, self._connection)
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.cancel()
        is_usable = error is None and asyncio.get_running_loop().time() < self._until
        await self._connections._take_back(self._connection, is_usable=is_usable)


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
