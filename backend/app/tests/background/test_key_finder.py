import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from app.background import key_finder
from app.background.key_finder import KeyFinder, KeysUnavailable
from app.core import clock, migrations
from app.core.db import build_engine
from app.core.embedded_postgres import EmbeddedPostgres
from app.core.security import new_press_key
from app.features.presses.batch import PressKeyNotFound
from app.features.presses.ingest import KeyBinding
from app.models import PressKey
from app.tests.background.gate import Gate
from app.tests.conftest import settings_for
from app.tests.recording import KeptDatabase

PROMISED_S = 5.0


@pytest.fixture
async def keys(kept: KeptDatabase) -> AsyncIterator[KeyFinder]:
    keys = KeyFinder(kept.settings)
    yield keys
    await keys.close()


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The keys of each query that is made."""
    made: list[list[str]] = []
    query = KeyFinder._query

    async def note(self: KeyFinder, keys: list[str]) -> dict[str, KeyBinding] | None:
        made.append(keys)
        return await query(self, keys)

    monkeypatch.setattr(KeyFinder, "_query", note)
    return made


async def outcomes(keys: KeyFinder, *texts: str) -> list[KeyBinding | BaseException]:
    return await asyncio.gather(*(keys.find(text) for text in texts), return_exceptions=True)


async def test_a_key_names_its_button_deck_and_station(kept: KeptDatabase, keys: KeyFinder) -> None:
    with kept.make() as make:
        station = make.station()
        deck = make.deck(station=station)
        button = make.button(station=station)
        key, deck_key = make.press_key(button=button), make.press_key(button=button, deck=deck)

    assert await keys.find(key.key) == KeyBinding(key.id, station.id, button.id, None)
    assert await keys.find(deck_key.key) == KeyBinding(deck_key.id, station.id, button.id, deck.id)


async def test_a_key_that_was_found_is_remembered(keys: KeyFinder, key: PressKey, queries: list[list[str]]) -> None:
    first = await keys.find(key.key)

    assert await keys.find(key.key) is first
    assert queries == [[key.key]]


async def test_a_key_that_is_forgotten_is_looked_for_again(
    keys: KeyFinder, key: PressKey, queries: list[list[str]]
) -> None:
    await keys.find(key.key)
    keys.forget(key.key)
    keys.forget("never known")
    await keys.find(key.key)

    assert len(queries) == 2


async def test_a_new_key_works_at_once_after_it_was_tried_in_vain(kept: KeptDatabase, keys: KeyFinder) -> None:
    text = new_press_key()
    with pytest.raises(PressKeyNotFound):
        await keys.find(text)
    with kept.make() as make:
        button = make.button(station=make.station())
        make.session.add(
            PressKey(key=text, station_id=button.station_id, button_id=button.id, created_at=button.created_at)
        )

    assert (await keys.find(text)).button_id == button.id


async def test_a_revoked_key_is_not_found(kept: KeptDatabase, keys: KeyFinder, key: PressKey) -> None:
    kept.change(key, revoked_at=clock.now())

    with pytest.raises(PressKeyNotFound):
        await keys.find(key.key)


async def test_a_key_is_told_apart_by_case(keys: KeyFinder, key: PressKey) -> None:
    with pytest.raises(PressKeyNotFound):
        await keys.find(key.key.swapcase())


async def test_many_strangers_share_few_queries_and_hide_no_key(
    keys: KeyFinder, key: PressKey, queries: list[list[str]]
) -> None:
    strangers = [new_press_key() for _ in range(1200)]

    results = await outcomes(keys, *strangers, key.key, *strangers[:100])

    assert [type(result) for result in results[:1200]] == [PressKeyNotFound] * 1200
    assert isinstance(results[1200], KeyBinding)
    assert sum(map(len, queries)) == 1201
    assert len(queries) <= 4


async def test_too_many_strangers_are_sent_away_at_once(
    keys: KeyFinder, key: PressKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_finder, "MAX_WAITING", 10)
    known = await keys.find(key.key)

    results = await outcomes(keys, *(new_press_key() for _ in range(15)), key.key)

    assert [type(result) for result in results[:15]] == [PressKeyNotFound] * 10 + [KeysUnavailable] * 5
    assert results[15] is known


async def test_only_so_many_keys_are_remembered(
    kept: KeptDatabase, keys: KeyFinder, monkeypatch: pytest.MonkeyPatch, queries: list[list[str]]
) -> None:
    monkeypatch.setattr(key_finder, "MAX_REMEMBERED", 2)
    with kept.make() as make:
        button = make.button(station=make.station())
        made = [make.press_key(button=button) for _ in range(3)]

    for each in (*made, made[2], made[0]):
        await keys.find(each.key)

    assert queries == [[made[0].key], [made[1].key], [made[2].key], [made[0].key]]


async def test_one_who_gives_up_does_not_give_up_for_others(keys: KeyFinder, key: PressKey) -> None:
    impatient = asyncio.create_task(keys.find(key.key))
    patient = asyncio.create_task(keys.find(key.key))
    await asyncio.sleep(0)
    impatient.cancel()

    assert (await patient).key_id == key.id


@pytest.mark.parametrize("fault", ["shut", "jam"])
async def test_when_the_database_does_not_answer_everybody_is_told_in_time(
    gate: Gate, key: PressKey, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(key_finder, "FIND_WITHIN_S", 1.0)
    loop = asyncio.get_running_loop()
    keys = KeyFinder(gate.settings)
    await keys.find(key.key)
    if fault == "shut":
        await gate.shut()
    else:
        gate.jam()

    async def timed() -> float:
        began = loop.time()
        with pytest.raises(KeysUnavailable):
            await keys.find(new_press_key())
        return loop.time() - began

    # The second one comes while the search of the first is under way, and waits no longer than it.
    first = asyncio.create_task(timed())
    await asyncio.sleep(0.3)
    waited = await asyncio.gather(first, timed())

    assert max(waited) < 2.5
    assert (await keys.find(key.key)).key_id == key.id
    gate.unjam()
    if fault == "shut":
        await gate.open()
    keys.forget(key.key)
    async with asyncio.timeout(2.5):
        assert (await keys.find(key.key)).key_id == key.id
    await keys.close()


def test_finding_a_key_leaves_time_to_record_the_press() -> None:
    assert key_finder.FIND_WITHIN_S < PROMISED_S - 1


async def test_a_line_that_broke_while_idle_is_mended(gate: Gate, key: PressKey) -> None:
    keys = KeyFinder(gate.settings)
    with pytest.raises(PressKeyNotFound):
        await keys.find(new_press_key())
    gate.break_all()

    assert (await keys.find(key.key)).key_id == key.id
    await keys.close()


@contextmanager
def empty_database(postgres: EmbeddedPostgres, name: str) -> Iterator[tuple[str, Engine]]:
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    conninfo = make_conninfo(postgres.conninfo, dbname=name)
    engine = build_engine(settings_for(conninfo))
    yield conninfo, engine
    engine.dispose()


async def test_a_database_that_has_no_tables_yet_is_unavailable_until_it_has(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_finder, "FIND_WITHIN_S", 0.3)
    with empty_database(postgres, "tracker_without_tables") as (conninfo, engine):
        keys = KeyFinder(settings_for(conninfo))
        with pytest.raises(KeysUnavailable):
            await keys.find(new_press_key())
        await asyncio.to_thread(migrations.upgrade_to_head, engine)
        with pytest.raises(PressKeyNotFound):
            await keys.find(new_press_key())
        await keys.close()
