import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from app.background.connections import SESSION_SETTINGS, Connections
from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.background.gate import Gate
from app.tests.conftest import settings_for
from app.tests.recording import PATIENCE_S, KeptDatabase


def soon(seconds: float = PATIENCE_S) -> float:
    return asyncio.get_running_loop().time() + seconds


@pytest.fixture
async def connections(kept: KeptDatabase) -> AsyncIterator[Connections]:
    connections = Connections(kept.settings, size=2)
    yield connections
    await connections.close()


async def backend(connections: Connections, query: str = "SELECT pg_backend_pid()") -> object:
    async with connections.connection(until=soon()) as connection:
        row = await (await connection.execute(query)).fetchone()
    return row and row[0]


async def test_a_connection_is_used_again(connections: Connections) -> None:
    assert await backend(connections) == await backend(connections)


async def test_no_more_are_open_than_may_be(connections: Connections) -> None:
    pids = await asyncio.gather(
        *(backend(connections, "SELECT pg_backend_pid() FROM pg_sleep(0.02)") for _ in range(9))
    )

    assert len(set(pids)) == 2


async def test_who_gets_no_connection_in_time_is_told(connections: Connections) -> None:
    async with connections.connection(until=soon()), connections.connection(until=soon()):
        with pytest.raises(TimeoutError):
            async with connections.connection(until=soon(0.05)):
                pass

    assert await backend(connections) is not None


async def test_after_an_error_a_connection_is_not_used_again(connections: Connections) -> None:
    before = await backend(connections)
    with pytest.raises(psycopg.errors.DivisionByZero):
        await backend(connections, "SELECT 1 / 0")

    assert await backend(connections) != before


async def test_what_waits_too_long_is_broken_off(connections: Connections) -> None:
    loop = asyncio.get_running_loop()
    before = loop.time()
    with pytest.raises(psycopg.OperationalError):
        async with connections.connection(until=soon(0.2)) as connection:
            await connection.execute("SELECT pg_sleep(3)")

    assert loop.time() - before < 2
    assert await backend(connections) is not None


async def test_a_server_that_hangs_is_left_in_time(gate: Gate) -> None:
    connections = Connections(gate.settings, size=1)
    await backend(connections)
    gate.jam()
    loop = asyncio.get_running_loop()
    before = loop.time()
    for _ in range(2):
        # First the open connection, then one that is not made.
        with pytest.raises((psycopg.OperationalError, TimeoutError)):
            async with connections.connection(until=soon(0.3)) as connection:
                await connection.execute("SELECT 1")
    waited = loop.time() - before
    gate.unjam()

    assert waited < 2.5
    assert await backend(connections) is not None
    await connections.close()


async def test_a_database_that_is_not_there_is_an_error_at_once(kept: KeptDatabase) -> None:
    nowhere = SecretStr("postgresql:///tracker?host=/nonexistent")
    connections = Connections(kept.settings.model_copy(update={"database_url": nowhere}), size=1)

    with pytest.raises(psycopg.OperationalError):
        await backend(connections)


async def test_sessions_are_set_up_for_the_press_path(connections: Connections) -> None:
    async with connections.connection(until=soon()) as connection:
        rows = await (await connection.execute("SELECT lower(name), setting FROM pg_settings")).fetchall()

    settings: dict[str, str] = dict(rows)
    assert {name: settings[name] for name in SESSION_SETTINGS} == SESSION_SETTINGS


@pytest.fixture
def latin_database(postgres: EmbeddedPostgres) -> str:
    """An old database, made when text was one byte a letter."""
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE tracker_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
        )
    return make_conninfo(postgres.conninfo, dbname="tracker_latin")


async def test_text_travels_as_utf_8_whatever_the_database_keeps_it_in(latin_database: str) -> None:
    connections = Connections(settings_for(latin_database), size=1)
    async with connections.connection(until=soon()) as connection:
        row = await (await connection.execute("SELECT 'café', ascii('é')".encode())).fetchone()
    await connections.close()

    assert row == ("café", 0xE9)


async def test_behind_a_pooler_nothing_is_set(kept: KeptDatabase) -> None:
    pooled = kept.settings.model_copy(update={"prepared_statements": False})
    connections = Connections(pooled, size=1, prepare=["PREPARE nothing AS SELECT 1"])
    async with connections.connection(until=soon()) as connection:
        row = await (await connection.execute("SELECT count(*) FROM pg_prepared_statements")).fetchone()
        setting = await (await connection.execute("SHOW lock_timeout")).fetchone()
    await connections.close()

    assert (row, setting) == ((0,), ("0",))


async def test_a_line_ends_with_its_connection(kept: KeptDatabase) -> None:
    before = len(os.listdir("/proc/self/fd"))
    connections = Connections(kept.settings, size=2)
    for _ in range(3):
        with contextlib.suppress(psycopg.Error):
            async with connections.connection(until=soon()) as connection:
                line = connections.line_of(connection)
                assert connections.line_of(connection) is line
                await line.exchange(b"SELECT 1")
                await line.exchange(b"SELECT 1 / 0")
        assert connections._lines == {}
    async with connections.connection(until=soon()) as connection:
        line = connections.line_of(connection)
    async with connections.connection(until=soon()) as connection:
        assert connections.line_of(connection) is line
        await line.exchange(b"SELECT 1")
    await connections.close()

    assert connections._lines == {}
    assert len(os.listdir("/proc/self/fd")) == before
