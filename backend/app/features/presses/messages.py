"""The messages of a batch and their answers, as text. Each is one round trip of several statements: one that does it all
where a batch is as expected, otherwise one that reads and one that writes.

They are filled in here and not by psycopg, which asks every element of every list for its type: that was half of a
batch's time. Each literal comes from `_array` or `_ids`, whose values cannot hold a quote, or from psycopg's own quoting.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol
from uuid import UUID

from psycopg import DataError, sql
from psycopg.abc import AdaptContext
from psycopg.pq.abc import PGresult

from app.features.presses import queries
from app.features.presses.batch import Batch, GroupRead
from app.features.presses.ingest import Recording
from app.models import Channel, PressStatus


class Line(Protocol):
    """A connection that takes whole messages."""

    @property
    def connection(self) -> AdaptContext: ...

    async def exchange(self, message: bytes) -> list[PGresult]:
        """The result of each statement of a message, values as text. Raises psycopg errors."""
        ...


class BatchStatements:
    """How a connection calls the statements of a batch: prepared by name, or as SQL behind a pooler."""

    def __init__(self, *, is_prepared: bool) -> None:
        self.prepare: list[str] = []
        calls = []
        for statement in (
            queries.LOCK_HEAD,
            queries.READ_GROUPS,
            queries.READ_SEEN,
            queries.WRITE_BATCH,
            queries.WRITE_AS_EXPECTED,
        ):
            if is_prepared:
                self.prepare.append(statement.prepare)
            calls.append(statement.execute if is_prepared else statement.sql)
        lock, groups, seen, write, write_as_expected = calls
        self.read_groups = groups
        self._lock_and_read = f"BEGIN; {lock}; {groups}"
        self._lock_and_read_seen = f"BEGIN; {lock}; {groups}; {seen}"
        self._write_and_commit = f"{write}; COMMIT"
        self._write_as_expected = f"BEGIN; {lock}; {write_as_expected}; COMMIT"

    def lock_and_read(self, station_id: UUID, batch: Batch) -> bytes:
        """Takes the station's lock, then reads the groups, and what is on the record with the batch's ids, if any."""
        message = self._lock_and_read_seen if batch.known_ids else self._lock_and_read
        return (message % (self._questions(station_id, batch) | {"known_ids": _array(batch.known_ids)})).encode()

    def read_again(self, station_id: UUID, batch: Batch) -> bytes:
        """Reads the groups alone, once the lock is held."""
        return (self.read_groups % self._questions(station_id, batch)).encode()

    def _questions(self, station_id: UUID, batch: Batch) -> dict[str, str]:
        groups = batch.groups
        return {
            "station_id": f"'{station_id}'",
            "button_ids": _ids([group.button_id for group in groups]),
            "press_key_ids": _ids([group.press_key_id for group in groups]),
            "deck_ids": _ids([group.deck_id for group in groups]),
            "first_at": _array([group.first_at for group in groups]),
            "last_at": _array([group.last_at for group in groups]),
        }

    def write_and_commit(self, station_id: UUID, batch: Batch, *, connection: AdaptContext) -> bytes:
        """Stores the batch's new presses, moves what they move, and commits. The station's lock is held.

        Raises psycopg's DataError for an origin that is no address.
        """
        return (self._write_and_commit % _columns(station_id, batch, connection)).encode()

    def write_as_expected(self, station_id: UUID, batch: Batch, *, connection: AdaptContext) -> bytes:
        """The whole transaction of a batch whose groups took what was expected: it writes nothing where that does not
        hold. Raises as `write_and_commit` does."""
        reads = [group.read for group in batch.groups if group.read is not None]
        expected = {
            "button_ids": _ids([group.button_id for group in batch.groups]),
            "press_key_ids": _ids([group.press_key_id for group in batch.groups]),
            "deck_ids": _ids([group.deck_id for group in batch.groups]),
            "retired_at": _array([read.retired_at for read in reads]),
            "dedup_windows_ms": _array([read.dedup_window_ms for read in reads]),
            "press_counts": _array([read.press_count for read in reads]),
            "last_counted_at": _array([read.last_counted_at for read in reads]),
            "test_mode_until": _array([read.test_mode_until for read in reads]),
            "versions": _array([read.version for read in reads]),
            "known_ids": _array(batch.known_ids),
        }
        return (self._write_as_expected % (_columns(station_id, batch, connection) | expected)).encode()


def _columns(station_id: UUID, batch: Batch, connection: AdaptContext) -> dict[str, str]:
    new = batch.new
    counted = [button for button in batch.buttons.values() if button.added]
    heard = [group for group in batch.groups if group.press_key_id is not None and group.heard_at is not None]
    return {
        "station_id": f"'{station_id}'",
        "added": str(len(new)),
        # Without dashes, which cost more than the digits do.
        "ids": _array([row.press.id.hex for row in new]),
        "pressed_ids": _ids([row.press.button_id for row in new]),
        "pressed_versions": _array([row.version for row in new]),
        "pressed_deck_ids": _ids([row.press.deck_id for row in new]),
        "pressed_key_ids": _ids([row.press.press_key_id for row in new]),
        "statuses": _array([row.status for row in new]),
        "channels": _array([row.press.channel for row in new]),
        "received_at": _array([row.press.received_at for row in new]),
        # Null where it is the receipt.
        "pressed_at": _array(
            [None if row.clocks.pressed_at is row.press.received_at else row.clocks.pressed_at for row in new]
        ),
        "claimed_at": _array([row.press.claimed_at for row in new]),
        "sent_at": _array([row.press.sent_at for row in new]),
        "offsets_ms": _array([row.clocks.offset_ms for row in new]),
        # Null where it is not.
        "suspect": _array([row.clocks.is_suspect or None for row in new]),
        "origins": _array([row.press.origin and _address(row.press.origin) for row in new]),
        "notes": _texts([row.press.note for row in new], connection),
        "recorded_by": _array([row.press.recorded_by for row in new]),
        "counted_ids": _ids([button.id for button in counted]),
        "counts": _array([button.added for button in counted]),
        "counted_at": _array([button.last_counted_at for button in counted]),
        "heard_ids": _ids([group.press_key_id for group in heard]),
        "heard_at": _array([group.heard_at for group in heard]),
    }


def _array(values: Sequence[UUID | datetime | int | PressStatus | Channel | str | None]) -> str:
    """A literal of an array, of values whose text needs no quotes: ids, instants, numbers, and words of ours.

    Nothing but nulls is an empty array: where several arrays are unnested, the shorter ones are filled up with nulls.
    """
    if values.count(None) == len(values):
        return "'{}'"
    return "'{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}'"


def _ids(values: Iterable[UUID | None]) -> str:
    """`_array` for the few ids of buttons, keys and decks that come again and again."""
    texts = [None if value is None else _text_of_id(value) for value in values]
    if texts.count(None) == len(texts):
        return "'{}'"
    return "'{" + ",".join([text or "NULL" for text in texts]) + "}'"


def _texts(values: list[str | None], connection: AdaptContext) -> str:
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


# --- What the database says -------------------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_locked(result: PGresult) -> bool:
    """The answer of `queries.LOCK_HEAD`: whether there is such a station."""
    return result.ntuples == 1


def is_written(result: PGresult) -> bool:
    """The answer of `queries.WRITE_AS_EXPECTED`: whether the batch was as expected, and so is on the record."""
    return result.command_tuples == 1


def group_reads_of(result: PGresult) -> list[GroupRead]:
    """The answer of `queries.READ_GROUPS`."""
    return [_group_read(result, row) for row in range(result.ntuples)]


def _group_read(result: PGresult, row: int) -> GroupRead:
    valid, retired_at, window, count, counted_at, test_until, version, title, one_version, neighbours = (
        result.get_value(row, column) for column in range(10)
    )
    return GroupRead(
        is_key_valid=valid == b"t",
        retired_at=_instant(retired_at),
        dedup_window_ms=None if window is None else int(window),
        press_count=None if count is None else int(count),
        last_counted_at=_instant(counted_at),
        test_mode_until=_instant(test_until),
        version=None if version is None else int(version),
        title=None if title is None else title.decode(),
        is_one_version=None if one_version is None else one_version == b"t",
        neighbours=[_moment(each) for each in neighbours[1:-1].split(b",") if each] if neighbours else [],
    )


def seen_of(result: PGresult) -> Iterator[tuple[UUID, Recording]]:
    """The answer of `queries.READ_SEEN`: the button of each press, and what its sender is answered."""
    for row in range(result.ntuples):
        press_id, button_id, status, pressed_at, title, count = (
            (result.get_value(row, column) or b"").decode() for column in range(6)
        )
        yield UUID(button_id), Recording(PressStatus(status), UUID(press_id), title, int(count), _moment(pressed_at))


def _instant(microseconds: bytes | None) -> datetime | None:
    return None if microseconds is None else _moment(microseconds)


def _moment(microseconds: bytes | str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(microseconds))
