"""The log: what is on the record, newest first, a page at a time."""

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger
from sqlmodel import Session

from app.core.errors import FieldError, InvalidInput
from app.features.presses import queries
from app.features.presses.schemas import (
    AiredButton,
    CorrectionPublic,
    PersonPublic,
    PressDeck,
    PressPage,
    PressPublic,
)
from app.models import Channel, CorrectionKind, PressStatus

MAX_EXAMINED = 10_000


class CursorInvalid(InvalidInput):
    """A cursor that this server did not give out."""

    code = "cursor_invalid"
    default_detail = "The cursor is not one that a page of this log gave."


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a page of the log is narrowed to; None narrows nothing. The range is half-open, on `pressed_at`."""

    start: datetime | None = None
    end: datetime | None = None
    button_id: UUID | None = None
    type: str | None = None
    deck_id: UUID | None = None
    status: PressStatus | None = None
    channel: Channel | None = None
    note: str | None = None


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
            raise CursorInvalid(errors=(FieldError("query.cursor", CursorInvalid.default_detail),)) from None
        if position.pressed_at.tzinfo is None or type(seq) is not int or not 0 <= seq < 1 << 63:
            raise CursorInvalid(errors=(FieldError("query.cursor", CursorInvalid.default_detail),))
        return position


def read_page(
    session: Session, *, station_id: UUID, log_filter: LogFilter, after: Position | None, limit: int
) -> PressPage:
    """The presses that follow `after`, newest first, at most `limit`.

    A page looks at no more than 10,000 rows of the record: under a narrow filter it may be short, or empty, and still
    have a next one. `next_cursor` is None only at the end.
    """
    walk, values = _walk(log_filter, after)
    values |= {"station_id": station_id, "examine": MAX_EXAMINED}
    filters, join, filter_values = _filters(log_filter)
    page = queries.LOG_PAGE.format(walk=walk, join=join, filters=filters)
    connection = session.connection()
    seqs = list(connection.scalars(text(page), values | filter_values | {"most": limit}))
    presses = read_presses(session, station_id=station_id, seqs=seqs)
    if len(presses) == limit:
        last = Position(presses[-1].pressed_at, presses[-1].seq)
        return PressPage(data=presses, next_cursor=last.encode())
    edge = connection.execute(text(queries.LOG_EDGE.format(walk=walk)), values).one_or_none()
    return PressPage(data=presses, next_cursor=Position(*edge).encode() if edge else None)


def _walk(log_filter: LogFilter, after: Position | None) -> tuple[str, dict[str, Any]]:
    """What an index can narrow."""
    conditions: dict[str, tuple[str, object]] = {
        "p.pressed_at >= :start": ("start", log_filter.start),
        "p.pressed_at < :end": ("end", log_filter.end),
        "p.button_id = :button_id": ("button_id", log_filter.button_id),
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
_NOTE_CLAUSE = r"""(
    e.note ILIKE :note ESCAPE '\'
    OR EXISTS (
        SELECT
        FROM correction AS c
        WHERE c.station_id = :station_id
          AND c.press_seq = e.seq
          AND c.text ILIKE :note ESCAPE '\'
    )
)"""


def _filters(log_filter: LogFilter) -> tuple[str, str, dict[str, Any]]:
    """What each row that is met must be looked at for."""
    conditions: dict[str, tuple[str, object]] = {
        "lower(v.type) = lower(:type)": ("type", log_filter.type),
        "e.deck_id = :deck_id": ("deck_id", log_filter.deck_id),
        "e.effective_status = :status": ("status", log_filter.status),
        "e.channel = :channel": ("channel", log_filter.channel),
        _NOTE_CLAUSE: ("note", _containing(log_filter.note) if log_filter.note else None),
    }
    clauses = [clause for clause, (_, value) in conditions.items() if value is not None]
    values = {name: value for name, value in conditions.values() if value is not None}
    return "".join(f"AND {clause} " for clause in clauses), _VERSION_JOIN if log_filter.type else "", values


def _containing(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def read_presses(session: Session, *, station_id: UUID, seqs: Sequence[int]) -> list[PressPublic]:
    """Rows of the log with all that belongs to them, newest first."""
    if not seqs:
        return []
    values = {"station_id": station_id, "seqs": list(seqs)}
    connection = session.connection()
    corrections: dict[int, list[CorrectionPublic]] = defaultdict(list)
    for row in connection.execute(_with_seqs(queries.CORRECTIONS_OF), values):
        corrections[row.press_seq].append(_correction(row))
    rows = connection.execute(_with_seqs(queries.LOG_ROWS), values)
    return [_press(row, corrections[row.seq]) for row in rows]


def _with_seqs(query: str) -> Any:
    return text(query).bindparams(bindparam("seqs", type_=ARRAY(BigInteger)))


def person(user_id: UUID, full_name: str | None, email: str | None) -> PersonPublic:
    """A name that the members of a station may see; an address is for owners alone."""
    return PersonPublic(id=user_id, name=full_name or (email or "").partition("@")[0] or "someone who has left")


def _correction(row: Row[Any]) -> CorrectionPublic:
    return CorrectionPublic(
        seq=row.seq,
        kind=CorrectionKind(row.kind),
        text=row.text,
        created_at=row.created_at,
        created_by=person(row.created_by, row.full_name, row.email),
    )


def _press(row: Row[Any], corrections: list[CorrectionPublic]) -> PressPublic:
    fields = row._mapping
    button = AiredButton(
        id=row.button_id,
        version=row.number,
        **{name: fields[name] for name in ("title", "type", "description", "duration", "source")},
    )
    recorder = person(row.recorder_id, row.recorder_name, row.recorder_email) if row.recorder_id else None
    return PressPublic(
        button=button,
        deck=PressDeck(id=row.deck_id, name=row.deck_name) if row.deck_id else None,
        recorded_by=recorder,
        corrections=corrections,
        **{name: fields[name] for name in PressPublic.model_fields if name in fields},
    )
