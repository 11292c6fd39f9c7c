"""A gate between the press path and PostgreSQL that can be shut, jammed, or slammed just after a commit."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from app.core.config import Settings

CHUNK = 1 << 16


class Gate:
    """Passes a Unix socket on to that of the server. An async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._server = conninfo_to_dict(settings.conninfo)
        # Not pytest's own folder, whose path may be too long for a socket.
        self._folder = Path(tempfile.mkdtemp(prefix="gate-"))
        conninfo = make_conninfo(settings.conninfo, host=str(self._folder), port=5432)
        self.settings = settings.model_copy(update={"database_url": SecretStr(conninfo)})
        self._path = self._folder / ".s.PGSQL.5432"
        self._writers: set[asyncio.StreamWriter] = set()
        self._passages: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._is_trap = False

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unjam()
        await self.shut()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def open(self) -> None:
        self._listener = await asyncio.start_unix_server(self._pass, path=self._path)

    async def shut(self) -> None:
        """Refuse new connections and break those that there are, as a server that stops at once."""
        self._listener.close()
        self._path.unlink(missing_ok=True)
        self.break_all()
        while self._passages:
            await asyncio.wait(self._passages)

    def break_all(self) -> None:
        """Break all connections; new ones are welcome."""
        for writer in self._writers:
            writer.transport.abort()

    def jam(self) -> None:
        """Keep the connections and pass nothing on, as a server that hangs."""
        self._flows.clear()

    def unjam(self) -> None:
        self._flows.set()

    def break_after_next_commit(self) -> None:
        """Let the next commit through, and break the connection before its answer."""
        self._is_trap = True

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passages.add(task)
        server = None
        try:
            socket = f"{self._server['host']}/.s.PGSQL.{self._server.get('port', 5432)}"
            from_server, server = await asyncio.open_unix_connection(socket)
            self._writers |= {writer, server}
            await asyncio.gather(self._carry(reader, server, is_to_server=True), self._carry(from_server, writer))
        finally:
            for each in (writer, server):
                if each is not None:
                    each.transport.abort()
                    self._writers.discard(each)
            self._passages.discard(task)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_to_server: bool = False
    ) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                await self._flows.wait()
                if is_to_server and self._is_trap and b"COMMIT" in chunk:
                    self._is_trap = False
                    await self._send_and_break(chunk, writer)
                    return
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def _send_and_break(self, chunk: bytes, server: asyncio.StreamWriter) -> None:
        self.jam()
        server.write(chunk)
        await server.drain()
        # Long enough for the server to commit; a commit that comes later is one more thing to survive.
        await asyncio.sleep(0.2)
        self.break_all()
        self.unjam()
