"""The two messages of a batch and their answers, as text. Each is one round trip of several statements.

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
            queries.COUNT_DECKS,
        ):
            if is_prepared:
                self.prepare.append(statement.prepare)
            calls.append(statement.execute if is_prepared else statement.sql)
        lock, groups, seen, write, count_decks = calls
        self.read_groups = groups
        self._lock_and_read = f"BEGIN; {lock}; {groups}"
        self._lock_and_read_seen = f"BEGIN; {lock}; {groups}; {seen}"
        self._write_and_commit = f"{write}; COMMIT"
        self._write_with_decks = f"{write}; {count_decks}; COMMIT"

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

    def write_and_commit(self, station_id: UUID, batch: Batch, *, last_seq: int, connection: AdaptContext) -> bytes:
        """Stores the batch's new presses behind `last_seq`, moves what they move, and commits.

        Raises psycopg's DataError for an origin that is no address.
        """
        columns = _columns(station_id, batch, last_seq, connection)
        of_decks = [row for row in batch.new if row.status is PressStatus.COUNTED and row.press.deck_id is not None]
        if not of_decks:
            return (self._write_and_commit % columns).encode()
        columns["counted_deck_ids"] = _ids([row.press.deck_id for row in of_decks])
        columns["counted_at"] = _array([row.clocks.pressed_at for row in of_decks])
        return (self._write_with_decks % columns).encode()


def _columns(station_id: UUID, batch: Batch, last_seq: int, connection: AdaptContext) -> dict[str, str]:
    new = batch.new
    counted = [button for button in batch.buttons.values() if button.added]
    heard = [group for group in batch.groups if group.press_key_id is not None and group.heard_at is not None]
    return {
        "station_id": f"'{station_id}'",
        "last_seq": str(last_seq),
        "new_last_seq": str(last_seq + len(new)),
        "ids": _array([row.press.id for row in new]),
        "button_ids": _ids([row.press.button_id for row in new]),
        "versions": _array([row.version for row in new]),
        "deck_ids": _ids([row.press.deck_id for row in new]),
        "press_key_ids": _ids([row.press.press_key_id for row in new]),
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
        "last_counted_at": _array([button.last_counted_at for button in counted]),
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


def last_seq_of(result: PGresult) -> int | None:
    """The answer of `queries.LOCK_HEAD`; None when there is no such station."""
    value = result.get_value(0, 0) if result.ntuples else None
    return None if value is None else int(value)


def group_reads_of(result: PGresult) -> list[GroupRead]:
    """The answer of `queries.READ_GROUPS`."""
    return [_group_read(result, row) for row in range(result.ntuples)]


def _group_read(result: PGresult, row: int) -> GroupRead:
    valid, retired_at, window, count, test_until, version, title, one_version, neighbours = (
        result.get_value(row, column) for column in range(9)
    )
    return GroupRead(
        is_key_valid=valid == b"t",
        retired_at=_instant(retired_at),
        dedup_window_ms=None if window is None else int(window),
        press_count=None if count is None else int(count),
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
