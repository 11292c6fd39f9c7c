"""Decisions about decks, with the time passed in."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.errors import FieldError, InvalidInput

MAX_TEST_MODE = timedelta(hours=24)


def is_in_test_mode(test_mode_until: datetime | None, at: datetime) -> bool:
    """Whether a press of the deck at this time would be a test."""
    return test_mode_until is not None and at < test_mode_until


def check_test_mode(test_mode_until: datetime | None, *, now: datetime) -> None:
    """Raises InvalidInput when test mode would last too long: a forgotten one silently stops the count."""
    if test_mode_until is not None and test_mode_until - now > MAX_TEST_MODE:
        message = f"must be at most {MAX_TEST_MODE // timedelta(hours=1)} hours ahead"
        raise InvalidInput(errors=(FieldError("body.test_mode_until", message),))


# Whether a deck is unusually quiet
#
# What is usual is learned from the four weeks that end with the last hour in which a deck was heard. An hour of the week is
# usual when it was heard then in at least three of them. It is quiet once it has been silent for more usual hours in a row
# than in all of these weeks but one, whose longest silence may have been an outage, and for two hours at least; hours in
# which no server was running tell nothing. So nothing is said of a deck that is always silent at this time,
# of one that is new, or of one that nobody has used for four weeks. All times here are what the station's clocks show.

WEEK = timedelta(weeks=1)
LEARNED = 4 * WEEK
# What was learned four weeks ago still holds now: as far back as anything is read.
REACH = 2 * LEARNED
USUAL_WEEKS = 3
LEAST_SILENCE_H = 2
HOUR = timedelta(hours=1)

# Weekday, Monday is 0, and hour of the day.
type HourOfWeek = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a deck is usually heard, and for how many such hours in a row it may be silent, all the same."""

    usual: frozenset[HourOfWeek]
    usual_silence_h: int


NO_RHYTHM = Rhythm(frozenset(), 0)


def learn_rhythm(heard: Collection[datetime], *, unrecorded: Collection[datetime]) -> Rhythm:
    """The rhythm of the four weeks that end with the last hour in which a deck was heard.

    Hours are told by their beginning: those in which it was heard, and those of which anything was not recorded.
    """
    if not heard:
        return NO_RHYTHM
    end = max(heard) + HOUR
    lately = {hour for hour in heard if hour >= end - LEARNED}
    weeks = Counter(_hour_of_week(hour) for hour in lately)
    usual = frozenset(place for place, count in weeks.items() if count >= USUAL_WEEKS)
    # The longest silence that was over, or went on, in each week.
    longest = [0] * (LEARNED // WEEK)
    silence = 0
    for hour in _hours(min(lately), end):
        week = (end - HOUR - hour) // WEEK
        if hour in lately:
            silence = 0
        elif hour not in unrecorded and _hour_of_week(hour) in usual:
            silence += 1
            longest[week] = max(longest[week], silence)
    return Rhythm(usual, sorted(longest)[-2])


def silent_hours(rhythm: Rhythm, *, last_heard_at: datetime, now: datetime, unrecorded: Collection[datetime]) -> int:
    """How many whole usual hours have gone by since a deck was last heard; of a long time the first four weeks."""
    first = hour_of(last_heard_at) + HOUR
    end = min(hour_of(now), first + LEARNED)
    return sum(_hour_of_week(hour) in rhythm.usual and hour not in unrecorded for hour in _hours(first, end))


def is_quiet(rhythm: Rhythm, *, last_heard_at: datetime, now: datetime, silence_h: int) -> bool:
    """Whether so many usual hours are unusually many."""
    is_in_use = now - last_heard_at <= LEARNED
    return is_in_use and silence_h >= LEAST_SILENCE_H and silence_h > rhythm.usual_silence_h


def hours_touched(spans: Iterable[tuple[datetime, datetime]]) -> frozenset[datetime]:
    """Every hour of which half-open spans have some part."""
    return frozenset(hour for start, end in spans for hour in _hours(hour_of(start), end))


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour in which a time lies."""
    return at.replace(minute=0, second=0, microsecond=0)


def _hour_of_week(hour: datetime) -> HourOfWeek:
    return hour.weekday(), hour.hour


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += HOUR
