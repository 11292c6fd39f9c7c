"""Watches: when the server was running, and what lies between."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from app.features.presses import queries
from app.features.presses.schemas import GapPublic, RecordingState

HEARTBEAT = timedelta(seconds=5)
# After a longer silence (the process was killed, the machine slept, the database was away) a watch is over.
MAX_SILENCE = 2 * HEARTBEAT + timedelta(seconds=1)

BEGIN = """
INSERT INTO watch (id, started_at, last_seen_at)
VALUES (%(id)s, %(now)s, %(now)s)
"""

GO_ON = """
UPDATE watch
SET last_seen_at = GREATEST(last_seen_at, %(now)s),
    ended_at = %(ended_at)s
WHERE id = %(id)s
  AND last_seen_at >= %(oldest)s
"""


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open span of time."""

    start: datetime
    end: datetime


def gaps_between(watches: Iterable[Interval], *, start: datetime, end: datetime) -> list[Interval]:
    """The parts of [start, end) that no watch covers, oldest first."""
    gaps: list[Interval] = []
    covered_to = start
    for watch in sorted(watches, key=lambda each: each.start):
        if watch.start > covered_to:
            gaps.append(Interval(covered_to, min(watch.start, end)))
        covered_to = max(covered_to, watch.end)
        if covered_to >= end:
            break
    if covered_to < end:
        gaps.append(Interval(covered_to, end))
    return gaps


def read_imported_spans(session: Session, *, station_id: UUID) -> list[Interval]:
    """When another installation recorded for the station, as far as can be told: from its first use to its last."""
    rows = session.connection().execute(text(queries.IMPORTED_SPANS), {"station_id": station_id})
    return [Interval(row.started_at, row.ended_at) for row in rows]


def read_gaps(session: Session, *, start: datetime, end: datetime) -> list[GapPublic]:
    """Spans of [start, end) in which no server was running, oldest first; `end` is at most now.

    A watch that has not ended counts up to its last sign of life, and up to `end` while the next sign is not overdue.
    """
    gaps = gaps_between(_watches_between(session, start=start, end=end), start=start, end=end)
    return [GapPublic(started_at=gap.start, ended_at=gap.end) for gap in gaps]


def read_station_gaps(session: Session, *, station_id: UUID, start: datetime, end: datetime) -> list[GapPublic]:
    """The same, of the time in which no other installation recorded for the station either."""
    recorded = _watches_between(session, start=start, end=end) + read_imported_spans(session, station_id=station_id)
    gaps = gaps_between(recorded, start=start, end=end)
    return [GapPublic(started_at=gap.start, ended_at=gap.end) for gap in gaps]


def _watches_between(session: Session, *, start: datetime, end: datetime) -> list[Interval]:
    # A watch that goes on may have given its last sign just before the range begins.
    values = {"start": start - MAX_SILENCE, "end": end}
    return [
        Interval(row.started_at, row.ended_at or _alive_until(row.last_seen_at, end))
        for row in session.connection().execute(text(queries.WATCHES_BETWEEN), values)
    ]


def read_recording(session: Session, *, station_id: UUID, start: datetime, now: datetime) -> RecordingState:
    """Whether a server is running, and the latest span since `start` in which nobody recorded for the station."""
    gaps = read_station_gaps(session, station_id=station_id, start=start, end=now)
    last_gap = gaps[-1] if gaps else None
    return RecordingState(is_recording=last_gap is None or last_gap.ended_at < now, last_gap=last_gap)


def _alive_until(last_seen_at: datetime, end: datetime) -> datetime:
    return end if end - last_seen_at <= MAX_SILENCE else last_seen_at
