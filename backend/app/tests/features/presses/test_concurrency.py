"""Batches of one station, against each other, against corrections, and against a removal."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from app.core.db import transaction
from app.features.buttons import service as buttons
from app.features.presses.batch import PressKeyNotFound
from app.models import CorrectionKind, Press, PressKey, PressStatus
from app.tests.recording import NOW, SECOND, KeptDatabase, PressPath, incoming, recorded


@pytest.fixture
async def other_path(kept: KeptDatabase) -> AsyncIterator[PressPath]:
    """A second process, as far as the database can tell."""
    path = PressPath(kept.settings)
    yield path
    await path.close()


def make_key(kept: KeptDatabase, *, dedup_window_ms: int = 2000) -> PressKey:
    with kept.make() as make:
        station = make.station(dedup_window_ms=dedup_window_ms)
        return make.press_key(button=make.button(station=station))


def wrongly_classified(presses: list[Press], *, window: timedelta) -> list[Press]:
    """Presses of one button, in order of their numbers, that are not what the ones before make of them."""
    wrong: list[Press] = []
    counted: list[Press] = []
    for press in presses:
        is_near = any(abs(press.pressed_at - other.pressed_at) < window for other in counted)
        if (press.status == PressStatus.SUPPRESSED) != is_near:
            wrong.append(press)
        if press.status == PressStatus.COUNTED:
            counted.append(press)
    return wrong


async def test_batches_that_race_count_as_if_one_had_come_after_the_other(
    kept: KeptDatabase, path: PressPath, other_path: PressPath
) -> None:
    key = make_key(kept, dedup_window_ms=2000)
    chance = random.Random(1)

    async def send(path: PressPath) -> None:
        for _ in range(15):
            batch = [
                incoming(key, claimed_at=NOW - chance.randrange(300) * SECOND / 10)
                for _ in range(chance.randrange(1, 6))
            ]
            recorded(await path.record(key.station_id, batch))

    await asyncio.gather(send(path), send(other_path), send(path), send(other_path))

    presses = kept.presses(key.station_id)
    assert wrongly_classified(presses, window=2 * SECOND) == []
    assert {press.status for press in presses} == {PressStatus.COUNTED, PressStatus.SUPPRESSED}
    assert kept.has_no_gaps(key.station_id)
    assert kept.differences(key.station_id) == []


async def test_one_id_sent_on_two_lines_at_once_is_one_press(
    kept: KeptDatabase, path: PressPath, other_path: PressPath
) -> None:
    key = make_key(kept, dedup_window_ms=0)
    presses = [incoming(key, id=uuid4()) for _ in range(20)]

    await asyncio.gather(
        *(each.record(key.station_id, [press]) for press in presses for each in (path, other_path, path))
    )

    assert len(kept.presses(key.station_id)) == 20
    assert kept.has_no_gaps(key.station_id)
    assert kept.differences(key.station_id) == []


async def test_a_press_waits_for_the_one_before_it_and_then_sees_it(
    kept: KeptDatabase, path: PressPath, other_path: PressPath
) -> None:
    key = make_key(kept, dedup_window_ms=2000)
    until = asyncio.get_running_loop().time() + 30
    async with path.connections.connection(until=until) as connection:
        await connection.execute("BEGIN")
        await connection.execute("SELECT FROM station_head WHERE station_id = %s FOR UPDATE", (key.station_id,))
        second = asyncio.create_task(other_path.record(key.station_id, [incoming(key, received_at=NOW + SECOND)]))
        await kept.until_somebody_waits()
        # The lock is held already, so this one comes first; it commits.
        first = await path.record_on(connection, key.station_id, [incoming(key)])

    assert [each.status for each in recorded(first)] == [PressStatus.COUNTED]
    assert [each.status for each in recorded(await second)] == [PressStatus.SUPPRESSED]


async def test_presses_and_corrections_share_one_count_without_gaps(kept: KeptDatabase, path: PressPath) -> None:
    with kept.make() as make:
        user = make.user()
    key = make_key(kept, dedup_window_ms=0)
    first = [incoming(key, received_at=NOW + number * SECOND) for number in range(12)]
    await path.record(key.station_id, first)

    async def press() -> None:
        for number in range(12):
            await path.record(key.station_id, [incoming(key, received_at=NOW + timedelta(hours=1, seconds=number))])

    async def void() -> None:
        for each in first:
            await asyncio.to_thread(kept.correct, key.station_id, each.id, CorrectionKind.VOID, user=user)

    await asyncio.gather(press(), void())

    assert kept.record_numbers(key.station_id)[-1] == 36
    assert kept.has_no_gaps(key.station_id)
    assert kept.differences(key.station_id) == []


async def test_stations_do_not_wait_for_each_other(kept: KeptDatabase, path: PressPath) -> None:
    here, there = make_key(kept), make_key(kept)
    with transaction(kept.engine) as session:
        locked = text("SELECT FROM station_head WHERE station_id = :id FOR UPDATE")
        session.connection().execute(locked, {"id": here.station_id})

        async with asyncio.timeout(2):
            (outcome,) = recorded(await path.record(there.station_id, [incoming(there)]))

    assert outcome.status is PressStatus.COUNTED


async def test_a_press_of_a_button_that_is_deleted_meanwhile_is_refused(kept: KeptDatabase, path: PressPath) -> None:
    key = make_key(kept)
    with transaction(kept.engine) as session:
        buttons.delete_button(session, station_id=key.station_id, button_id=key.button_id)
        press = asyncio.create_task(path.record(key.station_id, [incoming(key)]))
        await kept.until_somebody_waits()
    with pytest.raises(psycopg.IntegrityError):
        await press

    assert kept.record_numbers(key.station_id) == [0]
    (refused,) = await path.record(key.station_id, [incoming(key)])
    assert isinstance(refused, PressKeyNotFound)


async def test_a_key_that_is_revoked_while_a_press_waits_does_not_record_it(
    kept: KeptDatabase, path: PressPath
) -> None:
    key = make_key(kept)
    with transaction(kept.engine) as session:
        locked = text("SELECT FROM station_head WHERE station_id = :id FOR UPDATE")
        session.connection().execute(locked, {"id": key.station_id})
        press = asyncio.create_task(path.record(key.station_id, [incoming(key)]))
        await kept.until_somebody_waits()
        session.get_one(PressKey, key.id).revoked_at = NOW

    (refused,) = await press
    assert isinstance(refused, PressKeyNotFound)
