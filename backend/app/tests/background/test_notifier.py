"""Saying that a station has something new, and hearing of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import psycopg
import pytest

from app.background import notifier as notifier_module
from app.background import station_listener
from app.background.notifier import CHANNEL, Notifier
from app.background.station_listener import StationListener
from app.core.config import Settings
from app.tests.background.gate import Gate
from app.tests.recording import PATIENCE_S, KeptDatabase


class Heard:
    """What a listener was told, in order; None for a doubt."""

    def __init__(self) -> None:
        self.words: list[UUID | None] = []
        self._has_more = asyncio.Event()

    def note(self, word: UUID | None = None) -> None:
        self.words.append(word)
        self._has_more.set()

    async def until(self, word: UUID | None, *, times: int = 1) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.words.count(word) < times:
                self._has_more.clear()
                await self._has_more.wait()


@asynccontextmanager
async def listening_with(settings: Settings) -> AsyncIterator[tuple[Heard, StationListener]]:
    """In the block, the listener listens."""
    heard = Heard()
    listener = StationListener(settings, on_news=heard.note, on_doubt=heard.note)
    listener.start()
    try:
        await heard.until(None)
        yield heard, listener
    finally:
        await listener.close()


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Heard]:
    async with listening_with(settings) as (heard, _):
        yield heard


async def until_failing(part: Notifier | StationListener) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not part._is_failing:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def listeners_in(kept: KeptDatabase) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = %s"
    async with await psycopg.AsyncConnection.connect(kept.settings.conninfo) as connection:
        row = await (await connection.execute(query, [f"LISTEN {CHANNEL}"])).fetchone()
        assert row is not None
        return int(row[0])


async def test_every_process_hears_of_a_station(kept: KeptDatabase) -> None:
    station_id = uuid4()
    async with (
        listening(kept.settings) as first,
        listening(kept.settings) as second,
        Notifier(kept.settings) as notifier,
    ):
        notifier.notify(station_id)
        await first.until(station_id)
        await second.until(station_id)


async def test_a_request_says_it_from_its_thread(kept: KeptDatabase) -> None:
    station_id = uuid4()
    async with listening(kept.settings) as heard, Notifier(kept.settings) as notifier:
        await asyncio.to_thread(notifier.notify_from_thread, station_id)
        await heard.until(station_id)


async def test_what_is_said_in_quick_succession_is_sent_once(kept: KeptDatabase) -> None:
    hot, other = uuid4(), uuid4()
    async with listening(kept.settings) as heard, Notifier(kept.settings) as notifier:
        notifier.notify(hot)
        await asyncio.sleep(0)
        # The first is under way.
        for _ in range(100):
            notifier.notify(hot)
            notifier.notify(other)
        await heard.until(other)

    assert (heard.words.count(hot), heard.words.count(other)) == (2, 1)


async def test_what_was_said_before_the_end_is_still_sent(kept: KeptDatabase) -> None:
    stations = [uuid4() for _ in range(3)]
    async with listening(kept.settings) as heard:
        async with Notifier(kept.settings) as notifier:
            for station_id in stations:
                notifier.notify(station_id)
                await asyncio.sleep(0)
        for station_id in stations:
            await heard.until(station_id)


@pytest.mark.parametrize("fault", ["shut", "jam"])
async def test_a_database_that_is_away_holds_nobody_up_and_is_told_again_when_it_is_back(
    kept: KeptDatabase, gate: Gate, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier_module, "SEND_WITHIN_S", 0.2)
    lost, station_id = uuid4(), uuid4()
    async with listening(kept.settings) as heard, Notifier(gate.settings) as notifier:
        notifier.notify(station_id)
        await heard.until(station_id)
        if fault == "shut":
            await gate.shut()
        else:
            gate.jam()
        notifier.notify(lost)
        await until_failing(notifier)
        gate.unjam()
        if fault == "shut":
            await gate.open()
        notifier.notify(station_id)
        await heard.until(station_id, times=2)


async def test_a_listener_that_lost_its_connection_doubts_and_hears_again(kept: KeptDatabase, gate: Gate) -> None:
    station_id = uuid4()
    async with listening(gate.settings) as heard, Notifier(kept.settings) as notifier:
        gate.break_all()
        await heard.until(None, times=2)
        notifier.notify(station_id)
        await heard.until(station_id)


async def test_a_listener_whose_connection_fell_silent_makes_a_new_one(
    kept: KeptDatabase, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station_listener, "LISTEN_S", 0.2)
    monkeypatch.setattr(station_listener, "ANSWER_WITHIN_S", 0.2)
    monkeypatch.setattr(station_listener, "RETRY_PAUSE_S", 0.05)
    station_id = uuid4()
    async with listening_with(gate.settings) as (heard, listener), Notifier(kept.settings) as notifier:
        gate.jam()
        await until_failing(listener)
        gate.unjam()
        doubts = heard.words.count(None)
        await heard.until(None, times=doubts + 1)
        notifier.notify(station_id)
        await heard.until(station_id)


async def test_what_others_say_on_the_channel_is_passed_over(kept: KeptDatabase) -> None:
    station_id = uuid4()
    async with listening(kept.settings) as heard:
        async with await psycopg.AsyncConnection.connect(kept.settings.conninfo, autocommit=True) as connection:
            for payload in ("", "nonsense", str(station_id)):
                await connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
        await heard.until(station_id)

    assert heard.words == [None, station_id]


async def test_a_listener_that_stops_lets_go_of_its_connection_and_may_start_again(kept: KeptDatabase) -> None:
    heard = Heard()
    listener = StationListener(kept.settings, on_news=heard.note, on_doubt=heard.note)
    try:
        for times in (1, 2):
            listener.start()
            listener.start()
            await heard.until(None, times=times)
            assert await listeners_in(kept) == 1
            listener.stop()
            listener.stop()
    finally:
        await listener.close()
    async with asyncio.timeout(PATIENCE_S):
        while await listeners_in(kept):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
