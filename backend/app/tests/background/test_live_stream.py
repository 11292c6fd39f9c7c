"""Live streams between processes, and with a database that fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlmodel import col, select

from app.background import live_stream, reads, station_feed
from app.background.live_stream import LiveStream
from app.background.notifier import Notifier
from app.background.press_writer import PressWriter
from app.background.reads import NotRead
from app.background.station_feed import EventsRead, StationState, state_events
from app.background.watch_keeper import WatchKeeper
from app.core import clock
from app.core.config import Settings
from app.core.db import transaction
from app.features.decks.schemas import DeckPublic
from app.features.presses.schemas import RecordingState
from app.models import LoginSession, PressKey, Watch
from app.tests.background.gate import Gate
from app.tests.factories import LONG_AGO
from app.tests.recording import KeptDatabase, incoming
from app.tests.streams import PATIENCE_S, Received, numbers, taking

NEVER_S = 60.0


@pytest.fixture
def login_id(kept: KeptDatabase, key: PressKey) -> UUID:
    """Of somebody who may read the key's station."""
    with kept.make() as make:
        user = make.user(is_superuser=True)
        login = LoginSession(user_id=user.id, created_at=LONG_AGO, expires_at=clock.now() + timedelta(hours=1))
        make.session.add(login)
        return login.id


class Process:
    """A process of the server, as far as streams go."""

    def __init__(self, settings: Settings, key: PressKey, login_id: UUID) -> None:
        self.streams = LiveStream(settings)
        self.notifier = Notifier(settings)
        self.writer = PressWriter(settings, on_recorded=self.notifier.notify)
        self._key = key
        self._login_id = login_id

    async def press(self, count: int = 1) -> None:
        for _ in range(count):
            await self.writer.submit(self._key.station_id, incoming(self._key, received_at=clock.now()))

    @asynccontextmanager
    async def reading(self, *, after: int | None = None) -> AsyncIterator[Received]:
        stream = await self.streams.open(
            station_id=self._key.station_id, user_id=UUID(int=1), login_id=self._login_id, last_event_id=after
        )
        try:
            async with taking(stream.chunks) as received:
                await received.first("ready")
                yield received
        finally:
            stream.close()


@asynccontextmanager
async def running(settings: Settings, key: PressKey, login_id: UUID) -> AsyncIterator[Process]:
    process = Process(settings, key, login_id)
    async with process.notifier, process.writer, process.streams:
        yield process


# Between processes


async def test_each_process_is_told_of_what_another_recorded(
    kept: KeptDatabase, key: PressKey, login_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its message: within the time of this test nobody looks by himself."""
    monkeypatch.setattr(station_feed, "POLL_S", NEVER_S)
    async with (
        running(kept.settings, key, login_id) as one,
        running(kept.settings, key, login_id) as other,
        one.reading() as here,
        other.reading() as there,
    ):
        for seq in range(1, 6):
            await one.press()
            await here.until(lambda seq=seq: seq in here.record)  # type: ignore[misc]
            await there.until(lambda seq=seq: seq in there.record)  # type: ignore[misc]

    assert here.record == there.record == numbers(1, 5)


async def test_a_message_that_is_lost_is_made_up_for_by_a_look(
    kept: KeptDatabase, key: PressKey, login_id: UUID, writer: PressWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The presses are recorded by a process that tells nobody."""
    monkeypatch.setattr(station_feed, "POLL_S", 0.05)
    async with running(kept.settings, key, login_id) as process, process.reading() as received:
        for seq in range(1, 4):
            await writer.submit(key.station_id, incoming(key, received_at=clock.now()))
            await received.until(lambda seq=seq: seq in received.record)  # type: ignore[misc]

    assert received.record == numbers(1, 3)


async def test_who_comes_from_a_process_that_was_ahead_is_not_told_to_start_anew(
    kept: KeptDatabase, key: PressKey, login_id: UUID, writer: PressWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station_feed, "POLL_S", NEVER_S)
    async with running(kept.settings, key, login_id) as process, process.reading() as behind:
        for _ in range(4):
            await writer.submit(key.station_id, incoming(key, received_at=clock.now()))
        async with process.reading(after=3) as received:
            await received.until(lambda: received.record)
            await behind.until(lambda: 4 in behind.record)

    assert (received.record, received.named("reset")) == ([4], [])
    assert behind.record == numbers(1, 4)


async def test_what_is_large_comes_in_pieces_and_none_is_left_out(
    kept: KeptDatabase, key: PressKey, login_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a press has many notes, all of which each of them brings along."""
    monkeypatch.setattr(station_feed, "MAX_READ_BYTES", 1500)
    async with running(kept.settings, key, login_id) as process, process.reading() as current:
        await process.press(9)
        await current.until(lambda: 9 in current.record)
        async with process.reading(after=0) as behind:
            await behind.until(lambda: 9 in behind.record)

    assert current.record == behind.record == numbers(1, 9)
    with transaction(kept.engine) as session:
        pieces = [station_feed.read_events(session, station_id=key.station_id, after=after, upto=9) for after in (0, 8)]
    assert 0 < pieces[0].read_to == len(pieces[0].events) < 9
    assert pieces[1].read_to == 9


async def test_a_herd_that_comes_again_at_once_leaves_a_thread_for_what_is_new(
    kept: KeptDatabase, key: PressKey, login_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their replays take as long as the test wants; meanwhile those who read on get what comes."""
    async with running(kept.settings, key, login_id) as process, AsyncExitStack() as stack:
        await process.press(3)
        current = await stack.enter_async_context(process.reading())
        may_read = asyncio.Event()
        loop = asyncio.get_running_loop()
        read_events = station_feed.read_events

        def read_late(*arguments: object, **options: object) -> EventsRead:
            asyncio.run_coroutine_threadsafe(may_read.wait(), loop).result()
            return read_events(*arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(live_stream, "read_events", read_late)
        herd = [await stack.enter_async_context(process.reading(after=0)) for _ in range(2 * reads.READS_AT_ONCE)]
        await process.press()
        await current.until(lambda: 4 in current.record)
        assert [each.record for each in herd] == [[]] * len(herd)
        may_read.set()
        for each in herd:
            await each.until(lambda each=each: 4 in each.record)  # type: ignore[misc]

    assert [each.record for each in herd] == [numbers(1, 4)] * len(herd)


# A database that fails


@asynccontextmanager
async def watched(kept: KeptDatabase) -> AsyncIterator[None]:
    """While a server keeps watch, from its first sign of life on: before it, nothing is recorded, and so no change is told."""
    begun = clock.now()
    alive = select(Watch.id).where(col(Watch.last_seen_at) >= begun)
    async with WatchKeeper(kept.settings):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with transaction(kept.engine) as session:
                    if session.exec(alive).first() is not None:
                        break
                await asyncio.sleep(0.01)
        yield


@pytest.mark.parametrize("fault", ["shut", "jam"])
async def test_readers_stay_through_an_absence_of_the_database_and_miss_nothing(
    kept: KeptDatabase, gate: Gate, key: PressKey, login_id: UUID, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are told that nothing is recorded here; what another process records meanwhile comes once it is back."""
    monkeypatch.setattr(station_feed, "POLL_S", 0.05)
    monkeypatch.setattr(reads, "READ_WITHIN_S", 0.3)
    monkeypatch.setattr(live_stream, "CHECK_EVERY_S", 0.05)
    async with (
        watched(kept),
        running(kept.settings, key, login_id) as elsewhere,
        running(gate.settings, key, login_id) as process,
        process.reading() as received,
    ):
        await elsewhere.press(2)
        await received.until(lambda: 2 in received.record)
        if fault == "shut":
            await gate.shut()
        else:
            gate.jam()
        await received.first("watch")
        with pytest.raises(NotRead):
            async with process.reading():
                pass
        await elsewhere.press(3)
        gate.unjam()
        if fault == "shut":
            await gate.open()
        await received.until(lambda: len(received.named("watch")) == 2)
        await elsewhere.press()
        await received.until(lambda: 6 in received.record)
        async with process.reading(after=4) as again:
            await again.until(lambda: 6 in again.record)

    assert received.record == numbers(1, 6)
    assert again.record == [5, 6]
    assert [event.data["is_recording"] for event in received.named("watch")] == [False, True]
    assert not received.has_ended.is_set()


async def test_a_process_ends_at_once_though_the_database_hangs(
    gate: Gate, key: PressKey, login_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    streams = LiveStream(gate.settings)
    async with streams:
        stream = await streams.open(
            station_id=key.station_id, user_id=UUID(int=1), login_id=login_id, last_event_id=None
        )
        gate.jam()
        before = loop.time()
    took_s = loop.time() - before
    stream.close()
    gate.unjam()

    assert took_s < 1


# What is told of decks and of the recording


def a_deck(number: int, **fields: object) -> DeckPublic:
    known = {
        "id": UUID(int=number),
        "station_id": UUID(int=1),
        "name": f"Deck {number}",
        "test_mode_until": None,
        "is_in_test_mode": False,
        "last_heard_at": None,
        "usual_hours": [[]] * 7,
        "is_quiet": False,
        "silent_usual_hours": 0,
        "key_count": 0,
        "created_at": LONG_AGO,
    }
    return DeckPublic.model_validate(known | fields)


def state(*decks: DeckPublic, recording: RecordingState | None = None) -> StationState:
    return StationState(
        decks={deck.id: deck for deck in decks},
        recording=recording or RecordingState(is_recording=True, last_gap=None),
    )


def test_decks_beyond_those_that_are_listed_are_not_said_to_be_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_feed, "MAX_DECKS", 2)

    assert [*state_events(state(a_deck(1)), state(), seq=1)] != []
    pushed_out = [*state_events(state(a_deck(2), a_deck(3)), state(a_deck(1), a_deck(2)), seq=1)]
    assert [b'"is_removed":false' in event for event in pushed_out] == [True]


def test_a_gap_that_goes_on_is_told_once() -> None:
    def gap(minutes: int, *, is_recording: bool) -> StationState:
        span = {"started_at": LONG_AGO, "ended_at": LONG_AGO + timedelta(minutes=minutes)}
        return state(recording=RecordingState.model_validate({"is_recording": is_recording, "last_gap": span}))

    steps = [state(), gap(1, is_recording=False), gap(2, is_recording=False), gap(3, is_recording=True)]
    told = [len([*state_events(old, new, seq=1)]) for old, new in pairwise(steps)]

    assert told == [1, 0, 1]
    assert [*state_events(steps[-1], steps[-1], seq=1)] == []
