"""Reads what is new in one station, once for all who follow it in this process."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlmodel import Session

from app import crud
from app.background.reads import NotRead, Reads
from app.background.waiting import is_set_within
from app.core import clock
from app.features.decks import service as decks
from app.features.decks.rules import REACH
from app.features.decks.schemas import DeckPublic
from app.features.decks.service import Listening
from app.features.presses import log as press_log
from app.features.presses import watch
from app.features.presses.log import Entry
from app.features.presses.schemas import CorrectedPress, RecordingState
from app.features.stream.rules import encode_event
from app.models import Station

POLL_S = 1.0
# Between two looks: what is committed meanwhile is read together.
PAUSE_S = 0.01
MAX_READ = 500
MAX_READ_BYTES = 1024 * 1024
RHYTHM_HOLDS = timedelta(minutes=1)
# Of a station with more, the first by name are followed.
MAX_DECKS = 1_000
# A single look may fail on a connection that broke when the database was started again.
FAILURES_BEFORE_WORD = 2
# A reader waits no longer than this for a stream to begin.
CATCH_UP_WITHIN_S = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StationState:
    """What changes beside the record, and is compared from look to look."""

    decks: dict[UUID, DeckPublic]
    recording: RecordingState


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the database showed: the record's end, events up to `read_to`, and the state when it was due."""

    last_seq: int
    read_to: int
    events: list[bytes]
    state: StationState | None


class EventsRead(NamedTuple):
    """Events of the record, and the number up to which they tell all of it."""

    events: list[bytes]
    read_to: int


def read_events(session: Session, *, station_id: UUID, after: int, upto: int) -> EventsRead:
    """What the record holds behind `after`, at most up to and with `upto`, as events in order of receipt.

    It stops before that once the events have a megabyte: a press with many notes comes with all of them at each.
    """
    events: list[bytes] = []
    size = 0
    for entry in press_log.read_entries(session, station_id=station_id, after=after, upto=upto):
        event = _entry_event(entry)
        if events and size + len(event) > MAX_READ_BYTES:
            return EventsRead(events, entry.seq - 1)
        events.append(event)
        size += len(event)
    return EventsRead(events, upto)


def _entry_event(entry: Entry) -> bytes:
    if entry.correction is None:
        return encode_event("press", seq=entry.seq, data=entry.press.model_dump_json())
    corrected = CorrectedPress(correction=entry.correction, press=entry.press)
    return encode_event("correction", seq=entry.seq, data=corrected.model_dump_json())


class DeckListener:
    """Knows when the decks of a station are usually heard, which takes a while to find out and changes slowly."""

    def __init__(self, station_id: UUID) -> None:
        self._station_id = station_id
        self._listening: Listening | None = None
        self._is_known_until = datetime.min.replace(tzinfo=UTC)

    def listen(self, session: Session, *, now: datetime) -> Listening:
        """As of about now."""
        if self._listening is None or now >= self._is_known_until:
            station = session.get_one(Station, self._station_id)
            gaps = watch.read_gaps(session, start=now - REACH, end=now)
            spans = [(gap.started_at, gap.ended_at) for gap in gaps]
            self._listening = decks.listen(session, station=station, gaps=spans, now=now)
            self._is_known_until = now + RHYTHM_HOLDS
        return self._listening


def read_state(session: Session, *, station_id: UUID, since: datetime, listener: DeckListener) -> StationState:
    """The station's decks, and whether presses are being recorded; gaps count from `since` on."""
    now = clock.now()
    listening = listener.listen(session, now=now)
    listed = decks.read_decks(session, station_id=station_id, listening=listening, skip=0, limit=MAX_DECKS, now=now)
    return StationState(
        decks={deck.id: deck for deck in listed},
        recording=watch.read_recording(session, station_id=station_id, start=since, now=now),
    )


def look_at(
    session: Session,
    *,
    station_id: UUID,
    after: int | None,
    since: datetime,
    listener: DeckListener,
    is_state_due: bool,
) -> Look | None:
    """What is new behind `after`, at most 500 numbers of it; None when the station is gone.

    A record that ends before `after` was put back to an earlier state, and is read from its end on.
    """
    head = crud.get_station_head(session, station_id)
    if head is None:
        return None
    last_seq = head.last_seq
    after = last_seq if after is None else min(after, last_seq)
    upto = min(last_seq, after + MAX_READ)
    found = EventsRead([], upto)
    if upto > after:
        found = read_events(session, station_id=station_id, after=after, upto=upto)
    state = read_state(session, station_id=station_id, since=since, listener=listener) if is_state_due else None
    return Look(last_seq=last_seq, read_to=found.read_to, events=found.events, state=state)


def state_events(old: StationState, new: StationState, *, seq: int) -> Iterator[bytes]:
    """What changed between two looks, as events."""
    for deck in new.decks.values():
        if old.decks.get(deck.id) != deck:
            yield _deck_event(deck, seq=seq, is_removed=False)
    if len(new.decks) < MAX_DECKS:  # else one that is not listed may still be there
        for deck_id, deck in old.decks.items():
            if deck_id not in new.decks:
                yield _deck_event(deck, seq=seq, is_removed=True)
    if _is_other(old.recording, new.recording):
        yield encode_event("watch", seq=seq, data=new.recording.model_dump_json())


def _deck_event(deck: DeckPublic, *, seq: int, is_removed: bool) -> bytes:
    data = deck.model_dump(mode="json") | {"is_removed": is_removed}
    return encode_event("deck", seq=seq, data=json.dumps(data, separators=(",", ":")))


def _is_other(old: RecordingState, new: RecordingState) -> bool:
    # A gap that goes on ends a little later at each look, which is no news.
    return old.is_recording != new.is_recording or (new.is_recording and old.last_gap != new.last_gap)


class StationFeed:
    """Looks when it is woken, and once a second. Runs until it is stopped.

    `publish` is given what is new; `end_readers` is called when no reader's place is good any more.
    """

    def __init__(
        self,
        station_id: UUID,
        *,
        reads: Reads,
        publish: Callable[[Sequence[bytes]], None],
        end_readers: Callable[[], None],
    ) -> None:
        self.station_id = station_id
        self.position: int | None = None
        self.follower_count = 0
        self._reads = reads
        self._publish = publish
        self._end_readers = end_readers
        self._loop = asyncio.get_running_loop()
        self._since = clock.now()
        self._listener = DeckListener(station_id)
        self._state: StationState | None = None
        self._state_due_at = self._loop.time()
        self._failures = 0
        self._wake = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._task = self._loop.create_task(self._follow())

    def wake(self) -> None:
        """Look again soon."""
        self._wake.set()

    def stop(self) -> asyncio.Task[None]:
        """Look no more; returns what is left to wait for."""
        self._task.cancel()
        self._settle(self._waiting, NotRead())
        return self._task

    async def catch_up(self) -> int:
        """Where the feed stands, after a look that began no earlier than now. Raises NotRead.

        Whoever comes from another process may have seen more of the record than this one has; after this, not.
        """
        caught_up: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(caught_up)
        self.wake()
        try:
            async with asyncio.timeout(CATCH_UP_WITHIN_S):
                await caught_up
        except TimeoutError:
            raise NotRead from None
        if self.position is None:
            raise NotRead
        return self.position

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            waiting, self._waiting = self._waiting, []
            try:
                is_all = await self._look()
            except NotRead as error:
                self._note_failure(error)
                self._settle(waiting, error)
                is_all = True
            except Exception as error:
                log.exception("feed_failed", station_id=str(self.station_id))
                self._note_failure(error)
                self._settle(waiting, NotRead())
                is_all = True
            else:
                self._failures = 0
                if is_all:
                    self._settle(waiting, None)
                else:
                    self._waiting += waiting
            await asyncio.sleep(PAUSE_S)
            if is_all:
                await is_set_within(self._wake, POLL_S)

    async def _look(self) -> bool:
        """Publish what is new; whether that was all of it."""
        is_state_due = self._loop.time() >= self._state_due_at
        look = await self._reads.run(
            partial(
                look_at,
                station_id=self.station_id,
                after=self.position,
                since=self._since,
                listener=self._listener,
                is_state_due=is_state_due,
            )
        )
        if look is None:
            self._end_readers()
            raise NotRead
        if self.position is not None and look.read_to < self.position:
            # Numbers that were sent stand for something else from now on: whoever comes again is told to start anew.
            self._end_readers()
        # In one step, without a turn of the loop: whoever subscribes sees a position and misses nothing behind it.
        self.position = look.read_to
        events = look.events
        if look.state is not None:
            self._state_due_at = self._loop.time() + POLL_S
            events = [*events, *self._changes_to(look.state)]
        self._publish(events)
        return look.read_to >= look.last_seq

    def _changes_to(self, state: StationState) -> list[bytes]:
        old, self._state = self._state, state
        return [] if old is None else list(state_events(old, state, seq=self.position or 0))

    def _note_failure(self, error: Exception) -> None:
        """Tell the readers, once, that presses can hardly be recorded while the database does not answer."""
        self._failures += 1
        if self._failures != FAILURES_BEFORE_WORD or self._state is None:
            return
        log.warning("feed_interrupted", station_id=str(self.station_id), error=str(error.__cause__ or error))
        recording = self._state.recording.model_copy(update={"is_recording": False})
        self._publish(self._changes_to(replace(self._state, recording=recording)))

    def _settle(self, waiting: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
        for caught_up in waiting:
            if caught_up.done():
                continue
            if error is None:
                caught_up.set_result(None)
            else:
                caught_up.set_exception(error)
