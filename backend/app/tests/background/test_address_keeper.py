import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import structlog
from sqlmodel import delete, select
from structlog.typing import EventDict

from app.background import address_keeper
from app.background.address_keeper import AddressKeeper
from app.core import clock
from app.core.db import transaction
from app.features.presses.ingest import KeyBinding
from app.models import PressKey, PressKeyOldAddress, PublicUrl
from app.tests.background.gate import Gate
from app.tests.factories import LONG_AGO
from app.tests.recording import KeptDatabase

OLD, NEW = "http://192.168.1.10:8000", "http://tracker.test"
TO_OLD = [(b"host", b"192.168.1.10:8000")]
TO_NEW = [(b"host", b"tracker.test")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def moved(kept: KeptDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server had another address before."""
    monkeypatch.setattr(address_keeper, "WRITE_EVERY_S", 0.02)
    with transaction(kept.engine) as session:
        session.exec(delete(PressKeyOldAddress))
        session.exec(delete(PublicUrl))
        session.add(PublicUrl(since=LONG_AGO, url=OLD))
        session.add(PublicUrl(since=LONG_AGO + MINUTE, url=NEW))


@pytest.fixture
def key(kept: KeptDatabase) -> PressKey:
    with kept.make() as make:
        return make.press_key(button=make.button(station=make.station()))


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def binding(key: PressKey) -> KeyBinding:
    return KeyBinding(key.id, key.station_id, key.button_id, key.deck_id)


def calls(kept: KeptDatabase) -> list[tuple[object, str, datetime]]:
    with transaction(kept.engine) as session:
        rows = session.exec(select(PressKeyOldAddress)).all()
    return [(row.press_key_id, row.url, row.last_called_at) for row in rows]


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.01)


async def until_it_failed(lines: list[EventDict]) -> None:
    await until(lambda: any(line["event"] == "old_addresses_not_kept" for line in lines))


async def until_it_knows(keeper: AddressKeeper) -> None:
    await until(lambda: keeper._old)


async def test_a_call_of_an_old_address_is_written_down_and_a_later_one_in_its_place(
    kept: KeptDatabase, key: PressKey
) -> None:
    first, second = clock.now() - MINUTE, clock.now()
    async with AddressKeeper(kept.settings, public_url=NEW) as keeper:
        await until_it_knows(keeper)
        keeper.note(binding(key), TO_OLD, at=first)
        await until(lambda: calls(kept) == [(key.id, OLD, first)])
        keeper.note(binding(key), TO_OLD, at=second)
        await until(lambda: calls(kept) == [(key.id, OLD, second)])


async def test_a_database_that_is_away_is_asked_again_and_what_was_noted_is_kept(
    kept: KeptDatabase, key: PressKey, lines: list[EventDict]
) -> None:
    now = clock.now()
    async with Gate(kept.settings) as gate:
        await gate.shut()
        async with AddressKeeper(gate.settings, public_url=NEW) as keeper:
            await until_it_failed(lines)
            await gate.open()
            await until_it_knows(keeper)
            await gate.shut()
            lines.clear()
            keeper.note(binding(key), TO_OLD, at=now)
            await until_it_failed(lines)
            await gate.open()
            await until(lambda: calls(kept) == [(key.id, OLD, now)])


async def test_a_call_of_the_current_address_writes_nothing(kept: KeptDatabase, key: PressKey) -> None:
    async with AddressKeeper(kept.settings, public_url=NEW) as keeper:
        await until_it_knows(keeper)
        keeper.note(binding(key), TO_NEW, at=clock.now())

    assert calls(kept) == []


async def test_what_was_noted_last_is_written_when_the_process_ends(
    kept: KeptDatabase, key: PressKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    async with AddressKeeper(kept.settings, public_url=NEW) as keeper:
        await until_it_knows(keeper)
        monkeypatch.setattr(address_keeper, "WRITE_EVERY_S", 60)
        keeper.note(binding(key), TO_OLD, at=now)

    assert calls(kept) == [(key.id, OLD, now)]


async def test_an_earlier_call_does_not_take_the_place_of_a_later_one(kept: KeptDatabase, key: PressKey) -> None:
    now = clock.now()
    for at in (now, now - MINUTE):
        async with AddressKeeper(kept.settings, public_url=NEW) as keeper:
            await until_it_knows(keeper)
            keeper.note(binding(key), TO_OLD, at=at)

    assert calls(kept) == [(key.id, OLD, now)]


async def test_no_more_keys_are_held_than_may_be(
    kept: KeptDatabase, key: PressKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_keeper, "MAX_NOTED", 0)
    async with AddressKeeper(kept.settings, public_url=NEW) as keeper:
        await until_it_knows(keeper)
        keeper.note(binding(key), TO_OLD, at=clock.now())

    assert calls(kept) == []
