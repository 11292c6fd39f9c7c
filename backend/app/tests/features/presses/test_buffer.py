from asyncio import AbstractEventLoop, Future, get_running_loop
from uuid import UUID, uuid4

import pytest

from app.features.presses.buffer import BufferFull, PressBuffer, Waiting
from app.features.presses.ingest import IncomingPress
from app.models import Channel
from app.tests.factories import LONG_AGO

HERE, THERE = uuid4(), uuid4()


@pytest.fixture
async def loop() -> AbstractEventLoop:
    return get_running_loop()


def waiting(loop: AbstractEventLoop) -> Waiting:
    press = IncomingPress(
        id=uuid4(),
        has_client_id=False,
        button_id=uuid4(),
        press_key=None,
        press_key_id=None,
        deck_id=None,
        channel=Channel.GET,
        received_at=LONG_AGO,
    )
    return Waiting(press=press, answer=Future(loop=loop), deadline=0.0)


def ids(batch: list[Waiting]) -> list[UUID]:
    return [each.press.id for each in batch]


async def test_presses_leave_in_the_order_in_which_they_came(loop: AbstractEventLoop) -> None:
    buffer = PressBuffer(capacity=10)
    queued = [waiting(loop) for _ in range(5)]
    for each in queued:
        buffer.put(HERE, each)

    assert ids(buffer.take(HERE, most=3)) == ids(queued[:3])
    assert ids(buffer.take(HERE, most=3)) == ids(queued[3:])


async def test_stations_wait_in_queues_of_their_own(loop: AbstractEventLoop) -> None:
    buffer = PressBuffer(capacity=10)
    here, there = waiting(loop), waiting(loop)
    buffer.put(HERE, here)
    buffer.put(THERE, there)

    assert ids(buffer.take(THERE, most=9)) == [there.press.id]
    assert ids(buffer.take(HERE, most=9)) == [here.press.id]


async def test_the_first_press_asks_for_draining_and_so_does_the_first_after_the_last(loop: AbstractEventLoop) -> None:
    buffer = PressBuffer(capacity=10)

    assert buffer.put(HERE, waiting(loop)) is True
    assert buffer.put(HERE, waiting(loop)) is False
    assert len(buffer.take(HERE, most=9)) == 2
    # Whoever drains is still at work, until it is told that nothing is left.
    assert buffer.put(HERE, waiting(loop)) is False
    assert len(buffer.take(HERE, most=9)) == 1
    assert buffer.take(HERE, most=9) == []
    assert buffer.put(HERE, waiting(loop)) is True


async def test_a_full_buffer_takes_nothing_and_goes_on_when_it_has_room(loop: AbstractEventLoop) -> None:
    buffer = PressBuffer(capacity=2)
    buffer.put(HERE, waiting(loop))
    buffer.put(THERE, waiting(loop))

    with pytest.raises(BufferFull):
        buffer.put(HERE, waiting(loop))
    with pytest.raises(BufferFull):
        buffer.put(uuid4(), waiting(loop))
    assert len(buffer) == 2
    buffer.take(THERE, most=9)
    assert buffer.put(HERE, waiting(loop)) is False
    assert len(buffer.take(HERE, most=9)) == 2
    assert len(buffer) == 0
