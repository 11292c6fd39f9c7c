"""The log: what is on the record, newest first, a page at a time."""

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger
from sqlmodel import Session

from app.core.errors import CursorInvalid
from app.features.presses import queries
from app.features.presses.rules import corrected_status
from app.features.presses.schemas import (
    AiredButton,
    CorrectionPublic,
    LogCorrection,
    LogRow,
    PersonPublic,
    PressDeck,
    PressPage,
    PressPublic,
)
from app.models import Channel, CorrectionKind, PressStatus

MAX_EXAMINED = 10_000
NOT_OF_THIS_LOG = "The cursor is not one that a page of this log gave."


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a page of the log is narrowed to; None narrows nothing. The range is half-open, on `pressed_at`.

    With `as_of` the log is read as it was when the record ended with this number: what came later, presses and
    corrections, is not in it.
    """

    start: datetime | None = None
    end: datetime | None = None
    button_id: UUID | None = None
    type: str | None = None
    deck_id: UUID | None = None
    status: PressStatus | None = None
    channel: Channel | None = None
    note: str | None = None
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log: the next page goes on below it."""

    pressed_at: datetime
    seq: int

    def encode(self) -> str:
        """As a cursor, which `decode` reads."""
        return (
            base64.urlsafe_b64encode(json.dumps([self.pressed_at.isoformat(), self.seq]).encode()).decode().rstrip("=")
        )

    @classmethod
    def decode(cls, cursor: str) -> "Position":
        """The place that a cursor names. Raises CursorInvalid."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            pressed_at, seq = json.loads(raw)
            position = cls(datetime.fromisoformat(pressed_at), seq)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise CursorInvalid(NOT_OF_THIS_LOG) from None
        if position.pressed_at.tzinfo is None or type(seq) is not int or not 0 <= seq < 1 << 63:
            raise CursorInvalid(NOT_OF_THIS_LOG)
        return position


class RowPage(NamedTuple):
    """Rows of the log, and the place that the next page follows; None at the end."""

    rows: list[LogRow]
    end: Position | None


def read_page(
    session: Session, *, station_id: UUID, log_filter: LogFilter, after: Position | None, limit: int
) -> PressPage:
    """The presses that follow `after`, newest first, at most `limit`.

    A page looks at no more than 10,000 rows of the record: under a narrow filter it may be short, or empty, and still
    have a next one. `next_cursor` is None only at the end.
    """
    page = read_row_page(session, station_id=station_id, log_filter=log_filter, after=after, limit=limit)
    presses = [press_public(row) for row in page.rows]
    return PressPage(data=presses, next_cursor=page.end.encode() if page.end else None)


def read_row_page(
    session: Session, *, station_id: UUID, log_filter: LogFilter, after: Position | None, limit: int
) -> RowPage:
    """As `read_page`, in rows that no answer has been made of."""
    walk, values = _walk(log_filter, after)
    values |= {"station_id": station_id, "examine": MAX_EXAMINED}
    filters, join, filter_values = _filters(log_filter)
    page = queries.LOG_PAGE.format(walk=walk, join=join, filters=filters)
    connection = session.connection()
    found = connection.execute(text(page), values | filter_values | {"most": limit}).all()
    rows = _read_rows(session, station_id=station_id, seqs=[row.seq for row in found], as_of=log_filter.as_of)
    if log_filter.as_of is not None and log_filter.status is not None:
        rows = [row for row in rows if row.status == log_filter.status]
    if len(found) == limit:
        return RowPage(rows, Position(found[-1].pressed_at, found[-1].seq))
    edge = connection.execute(text(queries.LOG_EDGE.format(walk=walk)), values).one_or_none()
    return RowPage(rows, Position(*edge) if edge else None)


def _walk(log_filter: LogFilter, after: Position | None) -> tuple[str, dict[str, Any]]:
    """What an index can narrow."""
    conditions: dict[str, tuple[str, object]] = {
        "p.pressed_at >= :start": ("start", log_filter.start),
        "p.pressed_at < :end": ("end", log_filter.end),
        "p.button_id = :button_id": ("button_id", log_filter.button_id),
        "p.seq <= :as_of": ("as_of", log_filter.as_of),
    }
    clauses = [clause for clause, (_, value) in conditions.items() if value is not None]
    values = {name: value for name, value in conditions.values() if value is not None}
    if after is not None:
        clauses.append("(p.pressed_at, p.seq) < (:after_pressed_at, :after_seq)")
        values |= {"after_pressed_at": after.pressed_at, "after_seq": after.seq}
    return "".join(f"AND {clause} " for clause in clauses), values


_VERSION_JOIN = """
JOIN button_version AS v
  ON v.station_id = :station_id AND v.button_id = e.button_id AND v.number = e.button_version
"""
# What was examined lies close together in the record, so only the corrections of that part are looked at.
_NOTE_CLAUSE = r"""(
    e.note ILIKE :note ESCAPE '\'
    OR e.seq = ANY(ARRAY(
        SELECT c.press_seq
        FROM correction AS c
        WHERE c.station_id = :station_id
          AND c.press_seq >= (SELECT min(seq) FROM examined)
          AND c.press_seq <= (SELECT max(seq) FROM examined)
          AND c.text ILIKE :note ESCAPE '\'
          {as_of}
    ))
)"""
_STATUS_CLAUSE = "e.effective_status = :status"
# Of what was corrected since, the status is read back from its corrections, once it is here. The list is short, and is
# made once a page.
_FORMER_STATUS_CLAUSE = """(
    e.effective_status = :status
    OR e.seq = ANY(ARRAY(
        SELECT c.press_seq
        FROM correction AS c
        WHERE c.station_id = :station_id
          AND c.seq > :as_of
    ))
)"""


def _filters(log_filter: LogFilter) -> tuple[str, str, dict[str, Any]]:
    """What each row that is met must be looked at for."""
    is_as_of = log_filter.as_of is not None
    status_clause = _FORMER_STATUS_CLAUSE if is_as_of else _STATUS_CLAUSE
    note_clause = _NOTE_CLAUSE.format(as_of="AND c.seq <= :as_of" if is_as_of else "")
    conditions: dict[str, tuple[str, object]] = {
        "lower(v.type) = lower(:type)": ("type", log_filter.type or None),
        "e.deck_id = :deck_id": ("deck_id", log_filter.deck_id),
        status_clause: ("status", log_filter.status),
        "e.channel = :channel": ("channel", log_filter.channel),
        note_clause: ("note", _containing(log_filter.note) if log_filter.note else None),
    }
    clauses = [clause for clause, (_, value) in conditions.items() if value is not None]
    values = {name: value for name, value in conditions.values() if value is not None}
    return "".join(f"AND {clause} " for clause in clauses), _VERSION_JOIN if log_filter.type else "", values


def _containing(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def read_presses(session: Session, *, station_id: UUID, seqs: Sequence[int]) -> list[PressPublic]:
    """Rows of the log with all that belongs to them, newest first."""
    return [press_public(row) for row in _read_rows(session, station_id=station_id, seqs=seqs, as_of=None)]


def _read_rows(session: Session, *, station_id: UUID, seqs: Sequence[int], as_of: int | None) -> list[LogRow]:
    if not seqs:
        return []
    values = {"station_id": station_id, "seqs": list(seqs)}
    connection = session.connection()
    # The presses first: a correction that moved a status which is seen here is then seen as well, and can be undone.
    presses = connection.execute(_with_seqs(queries.LOG_ROWS), values).all()
    corrections: dict[int, list[LogCorrection]] = defaultdict(list)
    for row in connection.execute(_with_seqs(queries.CORRECTIONS_OF), values):
        corrections[row.press_seq].append(_correction(row))
    rows = [_row(press, corrections.get(press.seq, [])) for press in presses]
    return rows if as_of is None else [_as_it_was(row, as_of) for row in rows]


def _with_seqs(query: str) -> Any:
    return text(query).bindparams(bindparam("seqs", type_=ARRAY(BigInteger)))


def _row(press: Row[Any], corrections: list[LogCorrection]) -> LogRow:
    recorder = _name(press.recorder_name, press.recorder_email) if press.recorder_id else None
    return LogRow._make((*press[:-2], recorder, corrections))


def _correction(row: Row[Any]) -> LogCorrection:
    return LogCorrection(row.seq, row.kind, row.text, row.created_at, row.created_by, _name(row.full_name, row.email))


def _name(full_name: str | None, email: str | None) -> str:
    """A name that the members of a station may see; an address is for owners alone."""
    return full_name or (email or "").partition("@")[0] or "someone who has left"


def _as_it_was(row: LogRow, as_of: int) -> LogRow:
    """A row without what was corrected after this number of the record."""
    known = [each for each in row.corrections if each.seq <= as_of]
    if len(known) == len(row.corrections):
        return row
    status = PressStatus(row.recorded_status)
    for correction in known:
        status = corrected_status(CorrectionKind(correction.kind), status) or status
    return row._replace(status=status, corrections=known)


def press_public(row: LogRow) -> PressPublic:
    """A row as the API answers it."""
    button = AiredButton(
        id=row.button_id,
        version=row.button_version,
        title=row.title,
        type=row.type,
        description=row.description,
        duration=row.duration,
        source=row.source,
    )
    return PressPublic(
        id=row.id,
        seq=row.seq,
        status=PressStatus(row.status),
        recorded_status=PressStatus(row.recorded_status),
        button=button,
        deck=PressDeck(id=row.deck_id, name=row.deck_name) if row.deck_id and row.deck_name is not None else None,
        pressed_at=row.pressed_at,
        received_at=row.received_at,
        claimed_at=row.claimed_at,
        sent_at=row.sent_at,
        clock_offset_ms=row.clock_offset_ms,
        is_clock_suspect=row.is_clock_suspect,
        origin=row.origin,
        channel=Channel(row.channel),
        note=row.note,
        recorded_by=_person(row.recorder_id, row.recorder_name),
        corrections=[_correction_public(each) for each in row.corrections],
    )


def _person(user_id: UUID | None, name: str | None) -> PersonPublic | None:
    return PersonPublic(id=user_id, name=name) if user_id and name is not None else None


def _correction_public(correction: LogCorrection) -> CorrectionPublic:
    return CorrectionPublic(
        seq=correction.seq,
        kind=CorrectionKind(correction.kind),
        text=correction.text,
        created_at=correction.created_at,
        created_by=PersonPublic(id=correction.user_id, name=correction.user_name),
    )


class Entry(NamedTuple):
    """What a number of the record stands for: a press as it is now, or a correction of it."""

    seq: int
    press: PressPublic
    correction: CorrectionPublic | None


def read_entries(session: Session, *, station_id: UUID, after: int, upto: int) -> list[Entry]:
    """The record behind `after`, up to and with `upto`, in order of receipt."""
    values = {"station_id": station_id, "after": after, "upto": upto}
    corrected = {
        row.seq: row.press_seq for row in session.connection().execute(text(queries.CORRECTED_BETWEEN), values)
    }
    wanted = {*range(after + 1, upto + 1), *corrected.values()} - corrected.keys()
    presses = {press.seq: press for press in read_presses(session, station_id=station_id, seqs=sorted(wanted))}
    entries = []
    for seq in range(after + 1, upto + 1):
        # What the retention job has removed is passed over.
        press = presses.get(corrected.get(seq, seq))
        if press is not None:
            entries.append(Entry(seq, press, next((each for each in press.corrections if each.seq == seq), None)))
    return entries
