"""Group commit: presses that arrive while a station's commit is under way form its next batch."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
import structlog

from app.background.connections import Connections
from app.background.key_finder import KeyFinder
from app.core import clock
from app.core.config import Settings
from app.core.errors import AppError
from app.features.presses import service
from app.features.presses.batch import Outcome, PressKeyNotFound
from app.features.presses.buffer import PressBuffer, PressNotRecorded, ShuttingDown, Waiting
from app.features.presses.expected import Expectations
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording
from app.features.presses.messages import BatchStatements

MAX_BATCH = 256
ANSWERS_AT_ONCE = 8
# Every press is answered within five seconds; the rest of them is for the way there and back.
ANSWER_WITHIN_S = 4.5
# A press that came late to its queue, since its key was hard to find, has at least this long; see FIND_WITHIN_S.
LEAST_TRY_S = 1.0
CLOCK_SLACK_S = 0.1
RETRY_PAUSE_S = 0.05
STATIONS_AT_ONCE = 8
READY_WITHIN_S = 2.0

log = structlog.get_logger(__name__)


class PressWriter:
    """Records presses. An async context manager: leaving it answers whoever still waits, then closes."""

    def __init__(self, settings: Settings, *, on_recorded: Callable[[UUID], None] | None = None) -> None:
        """`on_recorded` is told a station after each of its batches; it must return at once."""
        self._on_recorded = on_recorded
        self._buffer = PressBuffer(capacity=settings.press_buffer_size)
        self._statements = BatchStatements(is_prepared=settings.prepared_statements)
        self._expectations = Expectations()
        self._connections = Connections(settings, size=STATIONS_AT_ONCE, prepare=self._statements.prepare)
        # Of its own, so that whoever asks whether all is well does not stand in the presses' way.
        self._health_connection = Connections(settings, size=1)
        self._drains: set[asyncio.Task[None]] = set()
        # Batches that are recorded and whose answers are still being given.
        self._unanswered = 0
        self._is_open = False
        self.keys = KeyFinder(settings)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        while self._drains:
            await asyncio.wait(self._drains)
        # A few turns of the loop; an event would be set at each of them.
        while self._unanswered:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await self._connections.close()
        await self._health_connection.close()
        await self.keys.close()

    def submit(self, station_id: UUID, press: IncomingPress) -> asyncio.Future[Recording]:
        """Queue a press for its station's next batch. Raises BufferFull or ShuttingDown at once."""
        if not self._is_open:
            raise ShuttingDown
        answer: asyncio.Future[Recording] = self._loop.create_future()
        now = self._loop.time()
        # In the queue deadlines are in order: a batch can then be tried until its last one and keeps no one waiting.
        waiting = Waiting(press=press, answer=answer, deadline=now + ANSWER_WITHIN_S)
        if self._buffer.put(station_id, waiting):
            drain = self._loop.create_task(self._drain(station_id))
            self._drains.add(drain)
            drain.add_done_callback(self._drains.discard)
        age_s = _age_s(press)
        if age_s > CLOCK_SLACK_S:
            self._loop.call_at(now + max(ANSWER_WITHIN_S - age_s, LEAST_TRY_S), _settle, waiting, PressNotRecorded())
        return answer

    def known_key(self, key: str) -> KeyBinding | None:
        """What a press key belongs to, if that was found before."""
        return self.keys.known(key)

    async def find_key(self, key: str) -> KeyBinding:
        """What a press key belongs to. Raises PressKeyNotFound, Unavailable."""
        return await self.keys.find(key)

    async def is_ready(self) -> bool:
        """Whether a press could be recorded now: the database answers, and takes writes."""
        if not self._is_open:
            return False
        until = self._loop.time() + READY_WITHIN_S
        # Twice: the first connection may be one that broke when the database was started again.
        for _ in range(2):
            try:
                async with self._health_connection.connection(until=until) as connection:
                    row = await (await connection.execute("SELECT pg_is_in_recovery()")).fetchone()
            except (psycopg.Error, OSError):
                await self._health_connection.drop_idle()
            else:
                return row is not None and not row[0]
        return False

    async def _drain(self, station_id: UUID) -> None:
        """Record the station's presses, batch after batch, until none wait.

        A batch is answered only once the next one, if any, has been sent to the database, so that the database works
        while this process writes answers: together they were a third of the time of a full load.
        """
        while batch := self._buffer.take(station_id, most=MAX_BATCH):
            expiry = self._loop.call_at(batch[0].deadline, self._expire, batch, 0)
            try:
                outcomes = await self._record(
                    station_id, [waiting.press for waiting in batch], until=batch[-1].deadline
                )
            except Exception:
                outcomes = [PressNotRecorded() for _ in batch]
                log.exception("batch_failed", station_id=str(station_id), presses=len(batch))
            expiry.cancel()
            self._unanswered += 1
            if self._buffer.has_next(station_id):
                self._loop.call_soon(self._answer, batch, outcomes, 0)
            else:
                self._answer(batch, outcomes, 0)
            if self._on_recorded is not None:
                self._on_recorded(station_id)

    def _expire(self, batch: Sequence[Waiting], first: int) -> None:
        """Answer those whose time is up while their batch is still being tried."""
        for place in range(first, len(batch)):
            if batch[place].deadline > self._loop.time():
                self._loop.call_at(batch[place].deadline, self._expire, batch, place)
                return
            _settle(batch[place], PressNotRecorded())

    def _answer(self, batch: Sequence[Waiting], outcomes: Sequence[Outcome], first: int) -> None:
        """Answer a few at a time: in between, the loop hears when the database has something for the next batch."""
        end = min(first + ANSWERS_AT_ONCE, len(batch))
        for place in range(first, end):
            waiting, outcome = batch[place], outcomes[place]
            if isinstance(outcome, PressKeyNotFound) and waiting.press.press_key is not None:
                self.keys.forget(waiting.press.press_key)
            _settle(waiting, outcome)
        if end < len(batch):
            self._loop.call_soon(self._answer, batch, outcomes, end)
        else:
            self._unanswered -= 1

    async def _record(self, station_id: UUID, presses: Sequence[IncomingPress], *, until: float) -> list[Outcome]:
        """Try until it works or time is up. What a broken connection left unknown, the next try finds by the ids."""
        problem: Exception | None = None
        while self._loop.time() < until:
            try:
                async with self._connections.connection(until=until) as connection:
                    return await service.record_batch(
                        self._connections.line_of(connection),
                        station_id,
                        presses,
                        statements=self._statements,
                        expectations=self._expectations,
                        is_retry=problem is not None,
                    )
            except (psycopg.DataError, psycopg.IntegrityError, UnicodeError):
                if len(presses) == 1:
                    log.exception("press_refused_by_database", station_id=str(station_id))
                    return [PressNotRecorded()]
                return [(await self._record(station_id, [press], until=until))[0] for press in presses]
            except (psycopg.Error, OSError) as error:
                problem = error
                await self._connections.drop_idle()
                await asyncio.sleep(RETRY_PAUSE_S)
        log.warning(
            "presses_not_recorded_in_time", station_id=str(station_id), presses=len(presses), error=str(problem)
        )
        return [PressNotRecorded() for _ in presses]


def _age_s(press: IncomingPress) -> float:
    return (clock.now() - press.received_at).total_seconds()


def _settle(waiting: Waiting, outcome: Outcome) -> None:
    # Whoever waited may have gone: the press is on the record all the same.
    if waiting.answer.done():
        return
    if isinstance(outcome, AppError):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)
