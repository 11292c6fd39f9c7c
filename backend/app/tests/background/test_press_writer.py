"""Group commit: answered means committed, whatever happens to the database meanwhile."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from app.background import press_writer
from app.background.press_writer import MAX_BATCH, PressWriter
from app.core import clock
from app.core.db import transaction
from app.features.buttons import service as buttons
from app.features.presses import service
from app.features.presses.batch import PressIdTaken, PressKeyNotFound
from app.features.presses.buffer import BufferFull, PressNotRecorded, ShuttingDown
from app.features.presses.ingest import IncomingPress, Recording
from app.models import PressKey, PressStatus, Station
from app.tests.background.gate import Gate
from app.tests.recording import SECOND, KeptDatabase, incoming

# What a press may take in all, as it is promised; and where tests would else be slow, what they have it shrunk to.
PROMISED_S = 5.0
SHORT_S = 1.2


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_writer, "ANSWER_WITHIN_S", SHORT_S)


def now_pressed(key: PressKey, **fields: Any) -> IncomingPress:
    """A press that has just come: the writer asks how long it has been under way."""
    return incoming(key, received_at=clock.now(), **fields)


def submit(writer: PressWriter, key: PressKey, **fields: Any) -> "asyncio.Future[Recording]":
    return writer.submit(key.station_id, now_pressed(key, **fields))


async def outcomes(*answers: Awaitable[Recording]) -> list[Recording | BaseException]:
    return await asyncio.gather(*answers, return_exceptions=True)


def key_of_another_button(kept: KeptDatabase, key: PressKey) -> PressKey:
    """A key of one more button of the same station."""
    with kept.make() as make:
        station = make.session.get_one(Station, key.station_id)
        return make.press_key(button=make.button(station=station))


@contextmanager
def locked_head(kept: KeptDatabase, key: PressKey) -> Iterator[None]:
    """The station's head row is held by somebody else."""
    with transaction(kept.engine) as session:
        held = text("SELECT FROM station_head WHERE station_id = :id FOR UPDATE")
        session.connection().execute(held, {"id": key.station_id})
        yield


async def test_answered_means_committed(kept: KeptDatabase, writer: PressWriter, key: PressKey) -> None:
    answer = await submit(writer, key)

    assert (answer.status, answer.usage_count) == (PressStatus.COUNTED, 1)
    assert [row.id for row in kept.presses(key.station_id)] == [answer.press_id]


async def test_presses_that_come_during_a_commit_are_recorded_together_in_their_order(
    kept: KeptDatabase, writer: PressWriter, key: PressKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    record_batch = service.record_batch

    async def note_size(connection: Any, station_id: Any, presses: Any, **options: Any) -> Any:
        sizes.append(len(presses))
        return await record_batch(connection, station_id, presses, **options)

    monkeypatch.setattr(service, "record_batch", note_size)
    presses = [now_pressed(key) for _ in range(MAX_BATCH + 50)]
    first = writer.submit(key.station_id, presses[0])
    await asyncio.sleep(0)
    await asyncio.gather(first, *(writer.submit(key.station_id, press) for press in presses[1:]))

    assert sizes == [1, MAX_BATCH, 49] or sizes == [MAX_BATCH, 50]
    assert [row.id for row in kept.presses(key.station_id)] == [press.id for press in presses]


async def test_a_lone_press_does_not_wait_for_company(writer: PressWriter, key: PressKey) -> None:
    await submit(writer, key)
    loop = asyncio.get_running_loop()

    fastest = 1.0
    for _ in range(10):
        before = loop.time()
        await submit(writer, key)
        fastest = min(fastest, loop.time() - before)

    assert fastest < 0.2


async def test_a_full_buffer_refuses_at_once_and_takes_presses_again_later(kept: KeptDatabase, key: PressKey) -> None:
    async with PressWriter(kept.settings.model_copy(update={"press_buffer_size": 3})) as writer:
        accepted = [submit(writer, key) for _ in range(3)]
        with pytest.raises(BufferFull) as refusal:
            submit(writer, key)
        await asyncio.gather(*accepted)
        await submit(writer, key)

    assert refusal.value.retry_after_s == 1
    assert len(kept.presses(key.station_id)) == 4


async def test_leaving_answers_whoever_still_waits_and_takes_no_more(kept: KeptDatabase, key: PressKey) -> None:
    async with PressWriter(kept.settings) as writer:
        answers = [submit(writer, key) for _ in range(600)]

    assert all(answer.done() and answer.exception() is None for answer in answers)
    assert len(kept.presses(key.station_id)) == 600
    with pytest.raises(ShuttingDown):
        submit(writer, key)
    assert await writer.is_ready() is False


async def test_somebody_who_went_away_leaves_the_press_on_the_record(
    kept: KeptDatabase, writer: PressWriter, key: PressKey
) -> None:
    gone, stays = submit(writer, key), submit(writer, key)
    gone.cancel()
    await stays

    assert len(kept.presses(key.station_id)) == 2


async def test_the_same_id_twice_in_one_batch_is_one_press(
    kept: KeptDatabase, writer: PressWriter, key: PressKey
) -> None:
    press_id = uuid4()

    first, second = await asyncio.gather(submit(writer, key, id=press_id), submit(writer, key, id=press_id))

    assert first == second
    assert len(kept.presses(key.station_id)) == 1


@pytest.mark.parametrize("fields", [{"origin": "nowhere"}, {"note": "a\x00b"}])
async def test_a_press_that_the_database_refuses_does_not_spoil_its_neighbours(
    kept: KeptDatabase, writer: PressWriter, key: PressKey, fields: dict[str, Any]
) -> None:
    results = await outcomes(
        submit(writer, key), submit(writer, key), submit(writer, key, **fields), submit(writer, key, id=uuid4())
    )

    assert [type(result) for result in results] == [Recording, Recording, PressNotRecorded, Recording]
    assert kept.record_numbers(key.station_id) == [1, 2, 3, 3]
    assert kept.differences(key.station_id) == []


async def test_a_button_that_is_deleted_meanwhile_takes_only_its_own_presses_along(
    kept: KeptDatabase, writer: PressWriter, key: PressKey
) -> None:
    doomed = key_of_another_button(kept, key)
    with transaction(kept.engine) as session:
        buttons.delete_button(session, station_id=doomed.station_id, button_id=doomed.button_id)
        answers = [submit(writer, each) for each in (key, doomed, key)]
        await kept.until_somebody_waits()
    results = await outcomes(*answers)

    assert [type(result) for result in results] == [Recording, PressKeyNotFound, Recording]
    assert kept.has_no_gaps(key.station_id)
    assert kept.differences(key.station_id) == []


async def test_an_id_of_another_button_is_refused_alone(kept: KeptDatabase, writer: PressWriter, key: PressKey) -> None:
    other = key_of_another_button(kept, key)
    press_id = uuid4()

    results = await outcomes(
        submit(writer, key, id=press_id), submit(writer, other, id=press_id), submit(writer, other)
    )

    assert [type(result) for result in results] == [Recording, PressIdTaken, Recording]


async def test_a_revoked_key_is_refused_and_forgotten(kept: KeptDatabase, writer: PressWriter, key: PressKey) -> None:
    await writer.find_key(key.key)
    await submit(writer, key)
    kept.change(key, revoked_at=clock.now())

    with pytest.raises(PressKeyNotFound):
        await submit(writer, key)
    with pytest.raises(PressKeyNotFound):
        await writer.find_key(key.key)


async def test_a_broken_line_is_mended_without_anybody_noticing(kept: KeptDatabase, gate: Gate, key: PressKey) -> None:
    async with PressWriter(gate.settings) as writer:
        await submit(writer, key)
        gate.break_all()
        answers = await asyncio.gather(*(submit(writer, key) for _ in range(5)))

    assert len(answers) == 5
    assert len(kept.presses(key.station_id)) == 6


async def test_backends_that_are_terminated_cost_no_press(
    kept: KeptDatabase, writer: PressWriter, key: PressKey
) -> None:
    terminate = """
        SELECT pg_terminate_backend(pid)
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND pid <> pg_backend_pid()
          AND application_name <> ''
    """
    async with await psycopg.AsyncConnection.connect(kept.settings.conninfo, autocommit=True) as killer:
        answers = []
        for _ in range(5):
            answers += [submit(writer, key) for _ in range(20)]
            await asyncio.sleep(0.01)
            await killer.execute(terminate)
        recorded = await asyncio.gather(*answers)

    kept.engine.dispose()
    assert {row.id for row in kept.presses(key.station_id)} == {answer.press_id for answer in recorded}
    assert len(kept.presses(key.station_id)) == 100
    assert kept.has_no_gaps(key.station_id)
    assert kept.differences(key.station_id) == []


async def test_a_commit_whose_answer_is_lost_does_not_count_twice(
    kept: KeptDatabase, gate: Gate, key: PressKey
) -> None:
    async with PressWriter(gate.settings) as writer:
        await submit(writer, key)
        gate.break_after_next_commit()
        answers = await asyncio.gather(*(submit(writer, key) for _ in range(3)))

    assert [row.id for row in kept.presses(key.station_id)][1:] == [answer.press_id for answer in answers]
    assert [answer.status for answer in answers] == [PressStatus.COUNTED] * 3
    assert kept.record_numbers(key.station_id) == [1, 2, 3, 4, 4]


@pytest.mark.usefixtures("short_patience")
async def test_a_database_that_is_away_is_told_in_time_and_presses_flow_when_it_is_back(
    kept: KeptDatabase, gate: Gate, key: PressKey
) -> None:
    loop = asyncio.get_running_loop()
    async with PressWriter(gate.settings) as writer:
        await submit(writer, key)
        await gate.shut()
        before = loop.time()
        with pytest.raises(PressNotRecorded) as refusal:
            await submit(writer, key)
        waited = loop.time() - before
        assert await writer.is_ready() is False
        await gate.open()
        async with asyncio.timeout(2):
            await submit(writer, key)
        assert await writer.is_ready() is True

    assert refusal.value.retry_after_s == 1
    assert SHORT_S <= waited < SHORT_S + 2
    assert len(kept.presses(key.station_id)) == 2


async def test_a_short_absence_of_the_database_costs_no_press(kept: KeptDatabase, gate: Gate, key: PressKey) -> None:
    async with PressWriter(gate.settings) as writer:
        await submit(writer, key)
        await gate.shut()
        answers = [submit(writer, key) for _ in range(10)]
        await asyncio.sleep(0.5)
        await gate.open()
        await asyncio.gather(*answers)

    assert len(kept.presses(key.station_id)) == 11


@pytest.mark.usefixtures("short_patience")
async def test_a_database_that_hangs_is_told_in_time(kept: KeptDatabase, gate: Gate, key: PressKey) -> None:
    loop = asyncio.get_running_loop()
    async with PressWriter(gate.settings) as writer:
        await submit(writer, key)
        gate.jam()
        before = loop.time()
        results = await outcomes(*(submit(writer, key) for _ in range(MAX_BATCH + 1)))
        waited = loop.time() - before
        gate.unjam()
        async with asyncio.timeout(2):
            await submit(writer, key)

    assert {type(result) for result in results} == {PressNotRecorded}
    assert SHORT_S <= waited < SHORT_S + 2
    assert kept.has_no_gaps(key.station_id)


async def test_a_station_that_is_locked_is_told_in_time_while_others_go_on(
    kept: KeptDatabase, writer: PressWriter, key: PressKey
) -> None:
    loop = asyncio.get_running_loop()
    with kept.make() as make:
        elsewhere = make.press_key(button=make.button(station=make.station()))
    with locked_head(kept, key):
        before = loop.time()
        stuck = [submit(writer, key) for _ in range(3)]
        slowest = 0.0
        while not all(each.done() for each in stuck):
            began = loop.time()
            await submit(writer, elsewhere)
            slowest = max(slowest, loop.time() - began)
            await asyncio.sleep(0.05)
            assert loop.time() - before < PROMISED_S
    results = await outcomes(*stuck)
    again = await submit(writer, key)

    assert {type(result) for result in results} == {PressNotRecorded}
    assert slowest < 2
    assert (again.status, again.usage_count) == (PressStatus.COUNTED, 1)
    assert kept.record_numbers(key.station_id) == [1, 1]


async def test_behind_a_pooler_presses_are_recorded_alike(kept: KeptDatabase, key: PressKey) -> None:
    press_id = uuid4()
    async with PressWriter(kept.settings.model_copy(update={"prepared_statements": False})) as writer:
        assert await writer.is_ready() is True
        await writer.find_key(key.key)
        first = await submit(writer, key, id=press_id)
        again = await submit(writer, key, id=press_id)

    assert first == again
    assert first.pressed_at.isoformat().endswith("+00:00")
    assert [row.id for row in kept.presses(key.station_id)] == [press_id]


async def test_presses_of_many_stations_at_once_are_all_recorded(kept: KeptDatabase, writer: PressWriter) -> None:
    with kept.make() as make:
        keys = [make.press_key(button=make.button(station=make.station())) for _ in range(30)]
    claimed_at = [clock.now() - number * 10 * SECOND for number in range(5)]

    answers = await asyncio.gather(
        *(submit(writer, key, id=uuid4(), claimed_at=instant) for instant in claimed_at for key in keys)
    )

    assert {answer.status for answer in answers} == {PressStatus.COUNTED}
    for key in keys:
        assert kept.record_numbers(key.station_id) == [1, 2, 3, 4, 5, 5]
