"""Reads that are given up in time, and leave nothing behind."""

import asyncio
import threading

import pytest
import sqlalchemy.exc
from sqlalchemy import text
from sqlmodel import Session

from app.background import reads as reads_module
from app.background.reads import READS_AT_ONCE, NotRead, Reads
from app.tests.background.gate import Gate
from app.tests.recording import PATIENCE_S, KeptDatabase


def read_one(session: Session) -> int:
    return int(session.connection().scalar(text("SELECT 1")) or 0)


class HangingRead:
    """It has a connection, and goes on to use it when it is told to."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.goes_on = threading.Event()
        self.has_ended = threading.Event()
        self.error: Exception | None = None

    def __call__(self, session: Session) -> int:
        try:
            session.connection()
            self.has_begun.set()
            self.goes_on.wait(PATIENCE_S)
            return read_one(session)
        except sqlalchemy.exc.OperationalError as error:
            self.error = error
            raise
        finally:
            self.has_ended.set()


async def begun(reads: Reads) -> tuple[HangingRead, asyncio.Task[int]]:
    read = HangingRead()
    reading = asyncio.create_task(reads.run(read))
    assert await asyncio.to_thread(read.has_begun.wait, PATIENCE_S)
    return read, reading


async def test_what_is_found_is_returned_and_what_goes_wrong_in_the_database_is_not_read(kept: KeptDatabase) -> None:
    def divide(session: Session) -> None:
        session.connection().execute(text("SELECT 1 / 0"))

    reads = Reads(kept.settings)
    try:
        assert await reads.run(read_one) == 1
        with pytest.raises(NotRead):
            await reads.run(divide)
        assert await reads.run(read_one) == 1
    finally:
        await reads.close()


async def test_a_database_that_hangs_keeps_no_thread(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads_module, "READ_WITHIN_S", 0.5)
    reads = Reads(gate.settings)
    try:
        hanging = [await begun(reads) for _ in range(READS_AT_ONCE)]
        gate.jam()
        for read, reading in hanging:
            read.goes_on.set()
            with pytest.raises(NotRead):
                await reading
            # The gate is shut still: it was this end that broke the connection.
            assert await asyncio.to_thread(read.has_ended.wait, PATIENCE_S)
            assert isinstance(read.error, sqlalchemy.exc.OperationalError)
        gate.unjam()
        monkeypatch.undo()
        assert await reads.run(read_one) == 1
    finally:
        gate.unjam()
        await reads.close()


async def test_the_end_waits_for_no_read_that_hangs(gate: Gate) -> None:
    reads = Reads(gate.settings)
    read, reading = await begun(reads)
    gate.jam()
    read.goes_on.set()
    await reads.close()

    assert read.has_ended.is_set()
    with pytest.raises(NotRead):
        await reading
    gate.unjam()
