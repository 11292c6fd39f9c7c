"""Live streams of this process: opened, fed from the record, and ended with the login that opened them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import partial
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog
from sqlmodel import Session

from app.background.reads import READS_AT_ONCE, NotRead, Reads
from app.background.station_feed import MAX_READ, StationFeed, read_events
from app.background.station_listener import StationListener
from app.core import clock
from app.core.config import Settings
from app.features.accounts import sessions
from app.features.stream.hub import Hub, Reader, Reading
from app.features.stream.rules import encode_event, must_start_anew
from app.features.stream.schemas import StreamPosition
from app.features.tokens import service as tokens

CHECK_EVERY_S = 3.0
PING_EVERY_S = 15.0
# A comment: a proxy takes a connection that is silent for long to be dead.
PING = b":\n\n"
# One fewer than the threads: when hundreds come again at once, each with a place of its own, what is new is read all
# the same.
REPLAYS_AT_ONCE = READS_AT_ONCE - 1
# What a browser waits before it connects again.
RETRY = b"retry: 1000\n"

log = structlog.get_logger(__name__)


class OpenStream:
    """A stream that has begun. Must be closed."""

    def __init__(self, reader: Reader, *, chunks: AsyncGenerator[bytes], leave: Callable[[], None]) -> None:
        self._reader = reader
        self._leave = leave
        self.chunks = chunks

    async def ended(self) -> None:
        """Wait until nothing more is to be sent."""
        await self._reader.ended()

    def close(self) -> None:
        self._leave()


class LiveStream:
    """Opens streams. An async context manager: leaving it ends them."""

    def __init__(self, settings: Settings) -> None:
        self._reads = Reads(settings)
        self._replays = asyncio.Semaphore(REPLAYS_AT_ONCE)
        self._hub = Hub()
        self._feeds: dict[UUID, StationFeed] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._listener = StationListener(settings, on_news=self._wake, on_doubt=self._wake_all)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._keeping = {self._loop.create_task(each) for each in (self._ping(), self._check())}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        for task in self._keeping:
            task.cancel()
        for feed in list(self._feeds.values()):
            self._stop(feed)
        await asyncio.wait(self._keeping | self._stopping)
        await self._listener.close()
        await self._reads.close()

    def close(self) -> None:
        """End all streams at once, and open no more."""
        self._hub.close()

    def close_soon(self) -> None:
        """The same, from a thread or a signal handler."""
        self._loop.call_soon_threadsafe(self.close)

    async def open(self, *, station_id: UUID, user_id: UUID, login_id: UUID, last_event_id: int | None) -> OpenStream:
        """A stream of what comes behind `last_event_id`, or from now on. Raises Unavailable."""
        feed = self._follow(station_id)
        try:
            position = await feed.catch_up()
            reader = self._hub.subscribe(Reading(login_id, station_id), user_id=user_id)
        except BaseException:
            self._leave(feed)
            raise
        return OpenStream(
            reader,
            chunks=self._chunks(reader, last_event_id=last_event_id, position=position),
            leave=partial(self._close_reader, reader, feed),
        )

    async def _chunks(self, reader: Reader, *, last_event_id: int | None, position: int) -> AsyncGenerator[bytes]:
        """Where it begins, what was missed, and then whatever comes: nothing twice, nothing left out.

        The reader was subscribed when the feed stood at `position`: what waits for it lies behind that.
        """
        is_anew = must_start_anew(last_event_id, last_seq=position)
        begin = position if last_event_id is None or is_anew else last_event_id
        if is_anew:
            # Before anything else that has this number: a reader that is cut off in between would come again with a place
            # that looks good, and never hear that it misses something.
            yield _position_event("reset", position)
        yield RETRY + _position_event("ready", begin)
        station_id = reader.reading.station_id
        after = begin
        while after < position:
            upto = min(after + MAX_READ, position)
            try:
                async with self._replays:
                    missed = await self._reads.run(partial(read_events, station_id=station_id, after=after, upto=upto))
            except NotRead:
                return  # it comes again, with the last id that it got
            yield b"".join(missed.events)
            after = missed.read_to
        while (events := await reader.take()) is not None:
            yield events

    def _close_reader(self, reader: Reader, feed: StationFeed) -> None:
        self._hub.unsubscribe(reader)
        self._leave(feed)

    # Feeds

    def _follow(self, station_id: UUID) -> StationFeed:
        feed = self._feeds.get(station_id)
        if feed is None:
            feed = self._feeds[station_id] = StationFeed(
                station_id,
                reads=self._reads,
                publish=partial(self._hub.publish, station_id),
                end_readers=partial(self._hub.end_station, station_id),
            )
            self._listener.start()
        feed.follower_count += 1
        return feed

    def _leave(self, feed: StationFeed) -> None:
        feed.follower_count -= 1
        if feed.follower_count == 0 and self._feeds.get(feed.station_id) is feed:
            self._stop(feed)

    def _stop(self, feed: StationFeed) -> None:
        del self._feeds[feed.station_id]
        task = feed.stop()
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
        if not self._feeds:
            self._listener.stop()

    def _wake(self, station_id: UUID) -> None:
        feed = self._feeds.get(station_id)
        if feed is not None:
            feed.wake()

    def _wake_all(self) -> None:
        for feed in self._feeds.values():
            feed.wake()

    # Readers

    async def _ping(self) -> None:
        """Keep connections alive."""
        while True:
            await asyncio.sleep(PING_EVERY_S)
            self._hub.publish_everywhere(PING)

    async def _check(self) -> None:
        """End the streams of those who may read no longer."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            try:
                await self._end_what_may_not_be_read()
            except NotRead:
                continue  # whoever may not read gets nothing either while the database is away
            except Exception:
                log.exception("logins_not_checked")

    async def _end_what_may_not_be_read(self) -> None:
        readings = self._hub.readings()
        if readings:
            allowed = await self._reads.run(partial(_allowed, readings=readings))
            self._hub.end_readings(readings - allowed)


def _allowed(session: Session, readings: set[Reading]) -> set[Reading]:
    now = clock.now()
    by_login = sessions.readings_that_stand(session, readings=readings, now=now)
    by_token = tokens.readings_that_stand(session, readings=readings, now=now)
    return {Reading(*each) for each in by_login | by_token}


def _position_event(name: str, seq: int) -> bytes:
    return encode_event(name, seq=seq, data=StreamPosition(last_seq=seq).model_dump_json())
