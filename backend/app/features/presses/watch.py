"""Watches: when the server was running, and what lies between."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

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


def read_gaps(session: Session, *, start: datetime, end: datetime) -> list[GapPublic]:
    """Spans of [start, end) in which no server was running, oldest first; `end` is at most now.

    A watch that has not ended counts up to its last sign of life, and up to `end` while the next sign is not overdue.
    """
    # A watch that goes on may have given its last sign just before the range begins.
    values = {"start": start - MAX_SILENCE, "end": end}
    watches = [
        Interval(row.started_at, row.ended_at or _alive_until(row.last_seen_at, end))
        for row in session.connection().execute(text(queries.WATCHES_BETWEEN), values)
    ]
    gaps = gaps_between(watches, start=start, end=end)
    return [GapPublic(started_at=gap.start, ended_at=gap.end) for gap in gaps]


def read_recording(session: Session, *, start: datetime, now: datetime) -> RecordingState:
    """Whether a server is running, and the latest span since `start` in which none was."""
    gaps = read_gaps(session, start=start, end=now)
    last_gap = gaps[-1] if gaps else None
    return RecordingState(is_recording=last_gap is None or last_gap.ended_at < now, last_gap=last_gap)


def _alive_until(last_seen_at: datetime, end: datetime) -> datetime:
    return end if end - last_seen_at <= MAX_SILENCE else last_seen_at
