"""Spans of a calendar, and which counts can tell about them. Pure: days come in, days go out; zones are SQL's business."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from app.core.errors import FieldError, InvalidInput

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# What parts of days are read for: all buttons of a station have a row for each of them and hour, or quarter of one.
REACH_OF_ALL = timedelta(days=28)
REACH_OF_ONE = timedelta(days=731)
MAX_BUCKETS = 2_000
HOURS_OF_WEEK = 7 * 24
EARLIEST_DAY, LATEST_DAY = date(2001, 1, 1), date(2200, 1, 1)


class Bucket(StrEnum):
    """What a series is cut into."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Days:
    """A half-open range of days: from `start`, up to and without `end`."""

    start: date
    end: date

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def before(self) -> "Days":
        """As many days, just before."""
        return Days(self.start - self.length, self.start)


def days_between(start: date | None, end: date | None, *, today: date, default: timedelta) -> Days:
    """The days that a request means; by default the last ones, today included. Raises InvalidInput."""
    last = end if end is not None else today + DAY
    if not EARLIEST_DAY <= last <= LATEST_DAY:
        raise InvalidInput(errors=(FieldError("query.end", "must lie between the years 2001 and 2200"),))
    first = start if start is not None else max(last - default, EARLIEST_DAY)
    if not EARLIEST_DAY <= first <= LATEST_DAY:
        raise InvalidInput(errors=(FieldError("query.start", "must lie between the years 2001 and 2200"),))
    if first >= last:
        raise InvalidInput(errors=(FieldError("query.start", "must be before the end; the end itself is left out"),))
    return Days(first, last)


def check_reach(days: Days, *, is_one: bool, field: str = "query.start") -> None:
    """Raises InvalidInput, naming `field`, when quarters of an hour cannot tell about so many days quickly."""
    reach = REACH_OF_ONE if is_one else REACH_OF_ALL
    if days.length > reach:
        whose = "one button or deck" if is_one else "a whole station"
        message = (
            f"reaches too far back: hours, weekdays by hour, and zones other than the station's are counted over at most "
            f"{reach.days} days of {whose}"
        )
        raise InvalidInput(errors=(FieldError(field, message),))


def bucket_starts(days: Days, bucket: Bucket) -> list[date]:
    """The first day of each bucket that the days touch, in order; the first may begin before them.

    Weeks begin on Monday (ISO 8601). For hours these are the days whose hours are meant. Raises InvalidInput for more than
    2,000 buckets.
    """
    starts = []
    for start in _starts(days, bucket):
        starts.append(start)
        if len(starts) * (24 if bucket is Bucket.HOUR else 1) > MAX_BUCKETS:
            message = f"would make more than {MAX_BUCKETS:,} buckets; take larger ones, or fewer days"
            raise InvalidInput(errors=(FieldError("query.bucket", message),))
    return starts


def _starts(days: Days, bucket: Bucket) -> Iterator[date]:
    start = start_of(days.start, bucket)
    while start < days.end:
        yield start
        start = next_start(start, bucket)


def start_of(day: date, bucket: Bucket) -> date:
    """The first day of the bucket in which a day lies."""
    if bucket is Bucket.WEEK:
        return day - day.weekday() * DAY
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def next_start(start: date, bucket: Bucket) -> date:
    """The first day of the bucket after the one that begins on `start`."""
    if bucket is Bucket.MONTH:
        return (start.replace(day=28) + 4 * DAY).replace(day=1)
    return start + (WEEK if bucket is Bucket.WEEK else DAY)


def label_of(start: date, bucket: Bucket) -> str:
    """How a bucket of days is called: 2026-11-25, the Monday of a week, 2026-11."""
    return f"{start:%Y-%m}" if bucket is Bucket.MONTH else start.isoformat()


def silent_seconds(edges: Sequence[datetime], gaps: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """How many seconds of each bucket lie in a gap, rounded down.

    `edges` are the instants between n buckets, first and last included, so n + 1 of them; `gaps` are half-open, in order,
    and do not overlap.
    """
    seconds = [0.0] * (len(edges) - 1)
    place = 0
    for start, end in gaps:
        while place < len(seconds) and edges[place + 1] <= start:
            place += 1
        at = place
        while at < len(seconds) and edges[at] < end:
            seconds[at] += (min(end, edges[at + 1]) - max(start, edges[at])).total_seconds()
            at += 1
    return [int(each) for each in seconds]


def dark_buckets(silent: Sequence[int], edges: Sequence[datetime], *, until: datetime) -> list[bool]:
    """Which buckets nothing was recorded in, at any time. One that goes on beyond `until` (the present) is over there."""
    return [
        seconds >= int((min(end, until) - start).total_seconds())
        for seconds, start, end in zip(silent, edges, edges[1:], strict=False)
    ]


def mark_unknown(counts: Sequence[int], dark: Sequence[bool]) -> list[int | None]:
    """Counts of buckets, None where nobody could count: nothing came in, and nothing was recorded."""
    return [None if count == 0 and is_dark else count for count, is_dark in zip(counts, dark, strict=True)]


def hours_of_week(spans: Iterable[tuple[datetime, datetime]], zone: tzinfo) -> set[tuple[int, int]]:
    """Every weekday (Monday is 0) and hour that the clocks of a zone show at some time of half-open spans."""
    found: set[tuple[int, int]] = set()
    for start, end in spans:
        at = start
        while at < end and len(found) < HOURS_OF_WEEK:
            local = at.astimezone(zone)
            found.add((local.weekday(), local.hour))
            at += HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return found


def between(
    gaps: Iterable[tuple[datetime, datetime]], *, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """What gaps leave of a span. They are half-open, in order, within it, and do not overlap."""
    edges = [start, *(edge for gap in gaps for edge in gap), end]
    return [(edges[place], edges[place + 1]) for place in range(0, len(edges), 2) if edges[place] < edges[place + 1]]
