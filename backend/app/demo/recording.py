"""When the demo's server was running, and when nobody was listening."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from app.models import Watch

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MS = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def to_us(instant: datetime) -> int:
    """Microseconds since 1970: integers, because the demo makes millions of them."""
    return (instant - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def random_uuid(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


@dataclass(frozen=True, slots=True)
class _Outage:
    """A kind of silence: how many a month, how long, and whether the server was shut down or died."""

    per_month: float
    shortest_us: int
    longest_us: int
    is_clean: bool


_OUTAGES = (
    _Outage(1.1, 25 * SECOND, 3 * MINUTE, True),  # an update
    _Outage(0.5, 20 * MINUTE, 55 * MINUTE, True),  # maintenance
    _Outage(0.3, 40 * MINUTE, 5 * HOUR, False),  # a power cut
    _Outage(0.1, 7 * HOUR, 14 * HOUR, False),  # nobody noticed
)
_MONTH = 30 * DAY


def plan_watches(*, start_us: int, end_us: int, chance: Random) -> list[Watch]:
    """Watches of a server that ran from start to end, but for some outages."""
    watches = []
    begun = start_us
    for silence_us, length_us, is_clean in _plan_silences(start_us, end_us, chance):
        if silence_us <= begun or silence_us + length_us >= end_us:
            continue
        watches.append(_watch(begun, silence_us, is_clean=is_clean, chance=chance))
        begun = silence_us + length_us
    watches.append(_watch(begun, end_us, is_clean=True, chance=chance))
    return watches


def _plan_silences(start_us: int, end_us: int, chance: Random) -> list[tuple[int, int, bool]]:
    silences = []
    for month_us in range(start_us, end_us, _MONTH):
        # The last month may be a short one.
        for outage in _OUTAGES:
            count = outage.per_month * min(end_us - month_us, _MONTH) / _MONTH
            for _ in range(int(count) + (chance.random() < count % 1)):
                at_us = month_us + int(chance.random() * min(end_us - month_us, _MONTH))
                length_us = outage.shortest_us + int(chance.random() * (outage.longest_us - outage.shortest_us))
                silences.append((at_us, length_us, outage.is_clean))
    return sorted(silences)


def _watch(start_us: int, end_us: int, *, is_clean: bool, chance: Random) -> Watch:
    end = from_us(end_us)
    return Watch(
        id=random_uuid(chance),
        started_at=from_us(start_us),
        last_seen_at=end,
        ended_at=end if is_clean else None,
    )


def clip(watches: Sequence[Watch], *, end: datetime) -> Iterator[Watch]:
    """The watches, as far as they lie before `end`."""
    for watch in watches:
        if watch.last_seen_at <= end:
            yield watch
        elif watch.started_at < end:
            yield Watch(id=watch.id, started_at=watch.started_at, last_seen_at=end, ended_at=end)


class Recording:
    """The spans in which the server was running, from watches in any order."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        spans = sorted((to_us(watch.started_at), to_us(watch.ended_at or watch.last_seen_at)) for watch in watches)
        self._starts = [start for start, _ in spans]
        # Watches of several processes overlap: what counts is the latest end of those that had begun.
        self._ends: list[int] = []
        for _, end in spans:
            self._ends.append(max(end, self._ends[-1]) if self._ends else end)

    def is_on(self, at_us: int) -> bool:
        place = bisect_right(self._starts, at_us) - 1
        return place >= 0 and at_us < self._ends[place]

    def next_on(self, at_us: int) -> int | None:
        """This instant, or the next one at which the server was running; None when there is none."""
        if self.is_on(at_us):
            return at_us
        place = bisect_right(self._starts, at_us)
        return self._starts[place] if place < len(self._starts) else None
