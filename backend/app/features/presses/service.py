"""Recording a batch of presses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor, DataError, sql

from app.core.errors import AppError, Conflict, NotFound
from app.features.presses import queries
from app.features.presses.ingest import IncomingPress, Recording
from app.features.presses.rules import ButtonState, ClockReading, DeckState, PressMoment, classify, read_clocks
from app.models import Channel, PressStatus


class PressKeyNotFound(NotFound):
    """No key like this, or one that no longer stands."""

    code = "press_key_not_found"
    default_detail = "No button has this press key. Copy the button's press URL again."


class ButtonOfPressNotFound(NotFound):
    """No button with this id in the station."""

    code = "button_not_found"
    default_detail = "There is no button with this id."


class PressIdTaken(Conflict):
    """A press of another button is on the record with this id."""

    code = "press_id_taken"
    default_detail = "A press of another button has this id."


type Outcome = Recording | AppError


class BatchStatements:
    """The two messages of a batch, each one round trip."""

    def __init__(self, *, is_prepared: bool) -> None:
        self.prepare: list[str] = []
        calls = []
        for statement in (queries.LOCK_HEAD, queries.READ_BATCH, queries.WRITE_BATCH):
            if is_prepared:
                self.prepare.append(statement.prepare)
            calls.append(statement.execute if is_prepared else statement.sql)
        lock, read, write = calls
        self.lock_and_read = f"BEGIN; {lock}; {read}"
        self.write_and_commit = f"{write}; COMMIT"


class _Read(NamedTuple):
    """One row of `queries.READ_BATCH`."""

    is_key_valid: bool
    retired_at: datetime | None
    dedup_window_ms: int | None
    version: int | None
    title: str | None
    press_count: int | None
    test_mode_until: datetime | None
    neighbour: datetime | None
    seen_seq: int | None


@dataclass(slots=True)
class _NewPress:
    """A press that will be stored."""

    press: IncomingPress
    clocks: ClockReading
    seq: int
    version: int
    status: PressStatus


class _Batch:
    """The presses of one station that are recorded together, from what was read to what is written."""

    def __init__(self, *, last_seq: int) -> None:
        self.last_seq = last_seq
        self.new: list[_NewPress] = []
        self.answered: dict[UUID, tuple[UUID, Recording]] = {}
        self._buttons: dict[UUID, ButtonState] = {}
        self._counts: dict[UUID, int] = {}

    def prepare(self, press: IncomingPress, read: _Read) -> None:
        """Gather what is known of a button, so that every press of the batch is held against all of it."""
        if read.dedup_window_ms is None or read.press_count is None:
            return
        state = self._buttons.get(press.button_id)
        if state is None:
            window = timedelta(milliseconds=read.dedup_window_ms)
            state = self._buttons[press.button_id] = ButtonState(retired_at=read.retired_at, dedup_window=window)
            self._counts[press.button_id] = read.press_count
        if read.neighbour is not None:
            state.add_counted((read.neighbour,))

    def add(self, press: IncomingPress, clocks: ClockReading, read: _Read) -> Outcome:
        """Decide about the next press in order of receipt."""
        state = self._buttons.get(press.button_id)
        if not read.is_key_valid or state is None or read.version is None or read.title is None:
            return PressKeyNotFound()
        seen = self.answered.get(press.id)
        if seen is not None:
            return seen[1] if seen[0] == press.button_id else PressIdTaken()
        moment = PressMoment(pressed_at=clocks.pressed_at, received_at=press.received_at, is_preview=press.is_preview)
        status = classify(moment, button=state, deck=DeckState(read.test_mode_until))
        if status is PressStatus.COUNTED:
            state.add_counted((clocks.pressed_at,))
            self._counts[press.button_id] += 1
        self.last_seq += 1
        self.new.append(_NewPress(press, clocks, self.last_seq, read.version, status))
        answer = Recording(status, press.id, read.title, self._counts[press.button_id], clocks.pressed_at)
        self.answered[press.id] = (press.button_id, answer)
        return answer


async def record_batch(
    connection: AsyncConnection,
    station_id: UUID,
    presses: Sequence[IncomingPress],
    *,
    statements: BatchStatements,
    is_retry: bool,
) -> list[Outcome]:
    """Record presses of one station in one transaction, committed on return; an outcome for each, in order.

    `connection` is in autocommit mode and has `statements.prepare` behind it. With `is_retry` every id is looked for,
    since an earlier try may have been committed without our hearing of it. Raises psycopg errors; then nothing of the
    batch was recorded, or, when the connection broke, it is not known. The connection is of no more use then.
    """
    clocks = [
        read_clocks(claimed_at=press.claimed_at, sent_at=press.sent_at, received_at=press.received_at)
        for press in presses
    ]
    cursor = connection.cursor()
    last_seq, rows = await _lock_and_read(cursor, station_id, presses, clocks, statements, is_retry=is_retry)
    if last_seq is None:
        await cursor.execute("ROLLBACK")
        return [PressKeyNotFound() for _ in presses]
    batch = _Batch(last_seq=last_seq)
    await _add_seen(cursor, station_id, batch, [row.seen_seq for row in rows if row.seen_seq is not None])
    for press, row in zip(presses, rows, strict=True):
        batch.prepare(press, row)
    outcomes = [batch.add(press, clock, row) for press, clock, row in zip(presses, clocks, rows, strict=True)]
    if batch.new:
        await _execute(cursor, statements.write_and_commit, _columns(station_id, batch, connection))
    else:
        await cursor.execute("ROLLBACK")
    return outcomes


async def _lock_and_read(
    cursor: AsyncCursor,
    station_id: UUID,
    presses: Sequence[IncomingPress],
    clocks: Sequence[ClockReading],
    statements: BatchStatements,
    *,
    is_retry: bool,
) -> tuple[int | None, list[_Read]]:
    await _execute(
        cursor,
        statements.lock_and_read,
        {
            "station_id": f"'{station_id}'",
            "button_ids": _ids(press.button_id for press in presses),
            "press_key_ids": _ids(press.press_key_id for press in presses),
            "deck_ids": _ids(press.deck_id for press in presses),
            "pressed_at": _array(clock.pressed_at for clock in clocks),
            "known_ids": _array(press.id if press.has_client_id or is_retry else None for press in presses),
        },
    )
    cursor.nextset()
    locked = await cursor.fetchone()
    cursor.nextset()
    return (locked[0] if locked else None), [_Read(*row) for row in await cursor.fetchall()]


async def _add_seen(cursor: AsyncCursor, station_id: UUID, batch: _Batch, seqs: list[int]) -> None:
    """Answers of presses that are on the record already, so that a second arrival is answered alike."""
    if not seqs:
        return
    await cursor.execute(queries.READ_SEEN, {"station_id": station_id, "seqs": seqs})
    for press_id, button_id, status, pressed_at, title, press_count in await cursor.fetchall():
        # A connection behind a pooler tells times in whatever zone the server is set to.
        answer = Recording(PressStatus(status), press_id, title, press_count, pressed_at.astimezone(UTC))
        batch.answered[press_id] = (button_id, answer)


async def _execute(cursor: AsyncCursor, message: str, literals: dict[str, str]) -> None:
    # Filled in here and not by psycopg, which asks every element of every list for its type: that was half of the
    # time of a batch. Each literal comes from `_array` or `_ids`, whose values cannot hold a quote, or from `_texts`.
    await cursor.execute((message % literals).encode())


def _array(values: Iterable[UUID | datetime | int | PressStatus | Channel | str | None]) -> str:
    """A literal of an array, of values whose text needs no quotes: ids, instants, numbers, and words of ours.

    Nothing but nulls is an empty array: where several arrays are unnested, the shorter ones are filled up with nulls.
    """
    given = list(values)
    if given.count(None) == len(given):
        return "'{}'"
    return "'{" + ",".join(["NULL" if value is None else str(value) for value in given]) + "}'"


def _ids(values: Iterable[UUID | None]) -> str:
    """`_array` for the few ids of buttons, keys and decks that come again and again."""
    given = list(values)
    if given.count(None) == len(given):
        return "'{}'"
    return "'{" + ",".join(["NULL" if value is None else _text_of_id(value) for value in given]) + "}'"


def _texts(values: list[str | None], connection: AsyncConnection) -> str:
    """A literal of an array of any text, quoted by psycopg."""
    return "'{}'" if values.count(None) == len(values) else sql.Literal(values).as_string(connection)


@lru_cache(maxsize=4096)
def _text_of_id(value: UUID) -> str:
    return str(value)


@lru_cache(maxsize=1024)
def _address(origin: str) -> str:
    try:
        # A zone is any text at all, quotes included, and no part of an address as PostgreSQL knows it.
        return str(ip_address(origin.partition("%")[0]))
    except ValueError as error:
        raise DataError(str(error)) from error


def _columns(station_id: UUID, batch: _Batch, connection: AsyncConnection) -> dict[str, str]:
    new = batch.new
    return {
        "station_id": f"'{station_id}'",
        "last_seq": str(batch.last_seq),
        "seqs": _array(row.seq for row in new),
        "ids": _array(row.press.id for row in new),
        "button_ids": _ids(row.press.button_id for row in new),
        "versions": _array(row.version for row in new),
        "deck_ids": _ids(row.press.deck_id for row in new),
        "press_key_ids": _ids(row.press.press_key_id for row in new),
        "statuses": _array(row.status for row in new),
        "channels": _array(row.press.channel for row in new),
        "pressed_at": _array(row.clocks.pressed_at for row in new),
        "received_at": _array(row.press.received_at for row in new),
        "claimed_at": _array(row.press.claimed_at for row in new),
        "sent_at": _array(row.press.sent_at for row in new),
        "offsets_ms": _array(row.clocks.offset_ms for row in new),
        "suspect": _array(row.clocks.is_suspect for row in new),
        "origins": _array(_address(row.press.origin) if row.press.origin else None for row in new),
        "notes": _texts([row.press.note for row in new], connection),
        "recorded_by": _array(row.press.recorded_by for row in new),
    }
