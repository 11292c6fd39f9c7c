import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, delete, select

from app.background.watch_keeper import WatchKeeper
from app.core import clock
from app.core.db import transaction
from app.features.presses import watch
from app.models import Watch
from app.tests.background.gate import Gate
from app.tests.recording import KeptDatabase

BEAT_S = 0.05


@pytest.fixture(autouse=True)
def quick_beats(kept: KeptDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "HEARTBEAT", timedelta(seconds=BEAT_S))
    with transaction(kept.engine) as session:
        session.exec(delete(Watch))


def watches(kept: KeptDatabase) -> list[Watch]:
    with transaction(kept.engine) as session:
        return list(session.exec(select(Watch).order_by(col(Watch.started_at))))


async def until_watched(kept: KeptDatabase, *, count: int = 1) -> list[Watch]:
    async with asyncio.timeout(10):
        while True:
            found = watches(kept)
            if len(found) >= count:
                return found
            await asyncio.sleep(0.01)


async def test_a_watch_begins_with_the_process_and_ends_with_it(kept: KeptDatabase) -> None:
    before = clock.now()
    async with WatchKeeper(kept.settings):
        (running,) = await until_watched(kept)
        await asyncio.sleep(3 * BEAT_S)

    (ended,) = watches(kept)
    assert (running.ended_at, ended.id) == (None, running.id)
    assert before <= ended.started_at < ended.last_seen_at
    assert ended.ended_at == ended.last_seen_at


async def test_each_process_has_a_watch_of_its_own(kept: KeptDatabase) -> None:
    async with WatchKeeper(kept.settings), WatchKeeper(kept.settings):
        await until_watched(kept, count=2)

    assert [each.ended_at is not None for each in watches(kept)] == [True, True]


async def test_after_a_silence_a_new_watch_begins(kept: KeptDatabase) -> None:
    async with WatchKeeper(kept.settings):
        (first,) = await until_watched(kept)
        # As if the machine had slept: the last sign of life is long ago.
        long_ago = clock.now() - watch.MAX_SILENCE - timedelta(minutes=1)
        with transaction(kept.engine) as session:
            row = session.get_one(Watch, first.id)
            row.started_at = row.last_seen_at = long_ago
        await until_watched(kept, count=2)

    slept, woken = watches(kept)
    assert (slept.id, slept.last_seen_at, slept.ended_at) == (first.id, long_ago, None)
    assert woken.ended_at is not None


async def test_a_short_absence_of_the_database_does_not_end_a_watch(kept: KeptDatabase, gate: Gate) -> None:
    async with WatchKeeper(gate.settings):
        (first,) = await until_watched(kept)
        await gate.shut()
        await asyncio.sleep(4 * BEAT_S)
        await gate.open()
        opened = clock.now()
        await asyncio.sleep(10 * BEAT_S)

    (after,) = watches(kept)
    assert after.id == first.id
    assert after.ended_at is not None
    assert after.ended_at > opened


@pytest.mark.parametrize("fault", ["shut", "jam"])
async def test_a_process_ends_even_when_the_database_is_away(kept: KeptDatabase, gate: Gate, fault: str) -> None:
    loop = asyncio.get_running_loop()
    keeper = WatchKeeper(gate.settings)
    async with keeper:
        await until_watched(kept)
        if fault == "shut":
            await gate.shut()
        else:
            gate.jam()
        before = loop.time()
    waited = loop.time() - before
    gate.unjam()

    assert waited < 5
    assert watches(kept)[0].ended_at is None
    if fault == "shut":
        await gate.open()
