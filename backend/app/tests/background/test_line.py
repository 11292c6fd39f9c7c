"""Whole messages over a real connection: every result, the right error, and no hang."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg.pq.abc import PGresult

from app.background.connections import Connections
from app.background.line import Line
from app.tests.background.gate import Gate
from app.tests.recording import PATIENCE_S, KeptDatabase


@pytest.fixture
async def connections(kept: KeptDatabase) -> AsyncIterator[Connections]:
    connections = Connections(kept.settings, size=1)
    yield connections
    await connections.close()


def soon(seconds: float = PATIENCE_S) -> float:
    return asyncio.get_running_loop().time() + seconds


async def exchange(connections: Connections, *messages: bytes) -> list[list[PGresult]]:
    async with connections.connection(until=soon()) as connection:
        with Line(connection) as line:
            return [await line.exchange(message) for message in messages]


def values(results: list[PGresult]) -> list[bytes | None]:
    return [result.get_value(0, 0) for result in results if result.ntuples]


async def test_each_statement_has_a_result(connections: Connections) -> None:
    first, second = await exchange(connections, b"BEGIN; SELECT 1; SELECT NULL; COMMIT", "SELECT 'café'".encode())

    assert len(first) == 4
    assert values(first) == [b"1", None]
    assert values(second) == ["café".encode()]


async def test_the_statement_that_failed_is_the_error(connections: Connections) -> None:
    for message, error in (
        (b"SELECT 1; SELECT 1 / 0; SELECT 2", psycopg.errors.DivisionByZero),
        (b"SELECT 'x'::uuid", psycopg.DataError),
        (b"INSERT INTO watch (id) VALUES (NULL)", psycopg.IntegrityError),
        (b"SELEC 1", psycopg.errors.SyntaxError),
        (b"DO $$ BEGIN RAISE SQLSTATE 'TR001' USING MESSAGE = 'none of the known ones'; END $$", psycopg.DatabaseError),
    ):
        with pytest.raises(error) as refusal:
            await exchange(connections, message)
        assert str(refusal.value).startswith("ERROR:")


async def test_what_the_server_says_besides_is_no_result(connections: Connections) -> None:
    (results,) = await exchange(connections, b"DO $$ BEGIN RAISE WARNING 'by the way'; END $$; SELECT 1")

    assert values(results) == [b"1"]


async def test_a_message_that_the_socket_does_not_hold_goes_out_in_pieces(gate: Gate) -> None:
    connections = Connections(gate.settings, size=1)
    text = "0123456789" * 800_000
    async with connections.connection(until=soon()) as connection:
        with Line(connection) as line:
            await line.exchange(b"SELECT 1")
            gate.jam()
            answer = asyncio.create_task(line.exchange(f"SELECT length('{text}'), '{text}'".encode()))
            await asyncio.sleep(0.1)
            assert not answer.done()
            gate.unjam()
            (result,) = await answer
            again = await line.exchange(b"SELECT 2")
    await connections.close()

    assert result.get_value(0, 0) == b"8000000"
    assert result.get_value(0, 1) == text.encode()
    assert values(again) == [b"2"]


async def test_a_connection_that_breaks_is_an_error_while_one_waits_and_afterwards(
    kept: KeptDatabase, connections: Connections
) -> None:
    async with connections.connection(until=soon()) as connection:
        with Line(connection) as line:
            pid = connection.pgconn.backend_pid
            waiting = asyncio.create_task(line.exchange(b"SELECT pg_sleep(30)"))
            await asyncio.sleep(0.05)
            async with await psycopg.AsyncConnection.connect(kept.settings.conninfo, autocommit=True) as killer:
                await killer.execute("SELECT pg_terminate_backend(%s)", (pid,))
            with pytest.raises(psycopg.OperationalError):
                await waiting
            with pytest.raises(psycopg.OperationalError):
                await line.exchange(b"SELECT 1")
        await connection.close()


async def test_an_end_that_the_loop_does_not_report_is_found_all_the_same(
    kept: KeptDatabase, connections: Connections
) -> None:
    async with connections.connection(until=soon()) as connection:
        with Line(connection) as line:
            waiting = asyncio.create_task(line.exchange(b"SELECT pg_sleep(30)"))
            await asyncio.sleep(0.05)
            # As uvloop does once it has reported an error of the socket.
            asyncio.get_running_loop().remove_reader(line._socket)
            async with await psycopg.AsyncConnection.connect(kept.settings.conninfo, autocommit=True) as killer:
                await killer.execute("SELECT pg_terminate_backend(%s)", (connection.pgconn.backend_pid,))
            async with asyncio.timeout(5):
                with pytest.raises(psycopg.OperationalError):
                    await waiting
        await connection.close()


async def test_a_line_that_breaks_while_nobody_waits_is_an_error_at_the_next_message(
    kept: KeptDatabase, gate: Gate
) -> None:
    connections = Connections(gate.settings, size=1)
    async with connections.connection(until=soon()) as connection:
        with Line(connection) as line:
            await line.exchange(b"SELECT 1")
            gate.break_all()
            await asyncio.sleep(0.05)
            with pytest.raises(psycopg.OperationalError):
                await line.exchange(b"SELECT 1")
        await connection.close()
    await connections.drop_idle()
    assert values(*await exchange(connections, b"SELECT 1")) == [b"1"]
    await connections.close()


async def test_psycopg_goes_on_with_the_connection_where_the_line_left_it(connections: Connections) -> None:
    async with connections.connection(until=soon()) as connection:
        for _ in range(3):
            with Line(connection) as line:
                await line.exchange(b"SELECT 1")
            row = await (await connection.execute("SELECT 2")).fetchone()
            assert row == (2,)
