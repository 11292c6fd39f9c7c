"""Who gets what, and who is let go."""

import asyncio
from uuid import UUID, uuid4

import pytest

from app.features.stream import hub as hub_module
from app.features.stream.hub import Hub, HubClosed, Reader, Reading, TooManyReaders

STATION = uuid4()


def subscribe(
    hub: Hub, *, station_id: UUID = STATION, login_id: UUID | None = None, user_id: UUID | None = None
) -> Reader:
    return hub.subscribe(Reading(login_id or uuid4(), station_id), user_id=user_id or uuid4())


async def taken(reader: Reader) -> bytes | None:
    async with asyncio.timeout(1):
        return await reader.take()


async def test_every_reader_of_a_station_gets_what_is_published_there_and_only_there() -> None:
    hub = Hub()
    first, second, elsewhere = subscribe(hub), subscribe(hub), subscribe(hub, station_id=uuid4())
    hub.publish(STATION, [b"a", b"b"])
    hub.publish_everywhere(b"ping")

    assert [await taken(each) for each in (first, second, elsewhere)] == [b"abping", b"abping", b"ping"]


async def test_a_reader_waits_for_what_comes() -> None:
    hub = Hub()
    reader = subscribe(hub)
    taking = asyncio.create_task(reader.take())
    await asyncio.sleep(0)
    assert not taking.done()
    hub.publish(STATION, [b"a"])

    assert await taking == b"a"


async def test_a_reader_gets_nothing_from_before_it_came() -> None:
    hub = Hub()
    hub.publish(STATION, [b"early"])
    reader = subscribe(hub)
    hub.publish(STATION, [b"late"])

    assert await taken(reader) == b"late"


async def test_a_slow_reader_is_let_go_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MAX_WAITING", 3)
    hub = Hub()
    slow, quick = subscribe(hub), subscribe(hub)
    for number in range(4):
        hub.publish(STATION, [b"%d" % number])
        assert await taken(quick) == b"%d" % number

    assert (slow.has_ended, await taken(slow)) == (True, None)
    assert not quick.has_ended
    assert len(hub) == 1


async def test_a_reader_that_has_too_much_waiting_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MAX_WAITING_BYTES", 5)
    hub = Hub()
    slow, quick = subscribe(hub), subscribe(hub)
    for event in (b"abc", b"de"):
        hub.publish(STATION, [event])
        assert await taken(quick) == event
    assert not slow.has_ended
    hub.publish(STATION, [b"f"])

    assert slow.has_ended
    assert await taken(quick) == b"f"


async def test_a_user_may_have_only_so_many_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MAX_READERS_OF_USER", 2)
    hub, user_id = Hub(), uuid4()
    reader, _ = subscribe(hub, user_id=user_id), subscribe(hub, station_id=uuid4(), user_id=user_id)
    with pytest.raises(TooManyReaders) as refused:
        subscribe(hub, user_id=user_id)
    assert (refused.value.status, refused.value.retry_after_s) == (503, 5)
    subscribe(hub)
    hub.unsubscribe(reader)
    hub.unsubscribe(reader)
    subscribe(hub, user_id=user_id)
    with pytest.raises(TooManyReaders):
        subscribe(hub, user_id=user_id)


async def test_a_process_has_only_so_many_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MAX_READERS", 1)
    hub = Hub()
    reader = subscribe(hub)
    with pytest.raises(TooManyReaders):
        subscribe(hub)
    hub.unsubscribe(reader)
    subscribe(hub)


async def test_what_a_login_may_read_no_longer_ends_and_nothing_else() -> None:
    hub, login_id, other_station = Hub(), uuid4(), uuid4()
    ended = [subscribe(hub, login_id=login_id), subscribe(hub, login_id=login_id)]
    staying = [subscribe(hub, station_id=other_station, login_id=login_id), subscribe(hub)]
    assert hub.readings() == {each.reading for each in (*ended, *staying)}
    hub.end_readings([Reading(login_id, STATION)])

    assert [each.has_ended for each in (*ended, *staying)] == [True, True, False, False]
    assert hub.readings() == {each.reading for each in staying}


async def test_a_closed_hub_has_ended_its_readers_and_takes_no_more() -> None:
    hub = Hub()
    reader = subscribe(hub)
    waiting = asyncio.create_task(reader.ended())
    hub.publish(STATION, [b"unsent"])
    hub.close()

    assert await taken(reader) is None
    await waiting
    with pytest.raises(HubClosed):
        subscribe(hub)
