"""Short transactions that read, a few at a time, outside of the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import sqlalchemy.exc
from sqlalchemy import event
from sqlmodel import Session

from app.background.connections import break_off
from app.core.config import Settings
from app.core.db import build_engine, transaction
from app.core.errors import Unavailable

READS_AT_ONCE = 3
READ_WITHIN_S = 5.0
# Seconds that a transaction may wait for a lock, or be left alone.
PATIENCE_S = 3


class NotRead(Unavailable):
    """The database did not answer in time."""

    code = "database_unreachable"
    default_detail = "The database does not answer right now. Try again shortly."


class Reads:
    """Threads and connections of their own, so that live streams take none from requests or presses."""

    def __init__(self, settings: Settings) -> None:
        self._engine = build_engine(
            settings, pool_size=READS_AT_ONCE, patience_s=PATIENCE_S, statement_s=int(READ_WITHIN_S)
        )
        self._threads = ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="read")
        self._places = asyncio.Semaphore(READS_AT_ONCE)
        self._lines: set[psycopg.Connection] = set()
        event.listen(self._engine, "connect", lambda line, _record: self._lines.add(line))
        event.listen(self._engine, "close", lambda line, _record: self._lines.discard(line))

    async def run[Found](self, read: Callable[[Session], Found]) -> Found:
        """What `read` finds in a transaction of its own. Raises NotRead."""
        async with self._places:
            try:
                async with asyncio.timeout(READ_WITHIN_S):
                    return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._read, read))
            except TimeoutError as error:
                # A database that hangs would keep the threads for as long as it does.
                self._break_all_off()
                raise NotRead from error
            except (sqlalchemy.exc.SQLAlchemyError, psycopg.Error, OSError) as error:
                raise NotRead from error

    def _read[Found](self, read: Callable[[Session], Found]) -> Found:
        with transaction(self._engine) as session:
            return read(session)

    def _break_all_off(self) -> None:
        for line in tuple(self._lines):
            break_off(line)

    async def close(self) -> None:
        """Read no more. What is under way is broken off; the process would not end before its threads do."""
        self._break_all_off()
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self._engine.dispose()
