"""Decisions about decks."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import FieldError, InvalidInput
from app.features.decks.rules import (
    LEARNED,
    NO_RHYTHM,
    Rhythm,
    check_test_mode,
    hours_touched,
    is_in_test_mode,
    is_quiet,
    learn_rhythm,
    silent_hours,
)
from app.features.presses.rules import DeckState

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        (None, NOON, False),
        (NOON, NOON - MICROSECOND, True),
        (NOON, NOON, False),
        (NOON, NOON + MICROSECOND, False),
    ],
)
def test_test_mode_lasts_until_its_end_and_not_longer(until: datetime | None, at: datetime, expected: bool) -> None:
    assert is_in_test_mode(until, at) is expected


@pytest.mark.parametrize("until", [None, NOON - timedelta(days=300), NOON, NOON + timedelta(hours=24)])
def test_test_mode_may_end_within_a_day_or_be_over(until: datetime | None) -> None:
    check_test_mode(until, now=NOON)


@pytest.mark.parametrize("until", [NOON + timedelta(hours=24) + MICROSECOND, datetime.max.replace(tzinfo=UTC)])
def test_longer_test_mode_is_refused(until: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_test_mode(until, now=NOON)
    assert refused.value.errors == (FieldError("body.test_mode_until", "must be at most 24 hours ahead"),)


# Near enough to each other that the limit itself is met.
instants = st.integers(-3, 3).map(lambda microseconds: NOON + microseconds * MICROSECOND) | st.datetimes(
    timezones=st.just(UTC)
)


@given(until=st.none() | instants, at=instants)
@settings(derandomize=True, database=None, deadline=None)
def test_a_deck_is_shown_in_test_mode_while_its_presses_are_tests(until: datetime | None, at: datetime) -> None:
    """Two rooms of one row do not know each other, and the press path makes no call that it can spare; so the rule
    stands in both, and here it is held to be one."""
    assert is_in_test_mode(until, at=at) == DeckState(until).is_in_test_mode(at=at)


# --- Quiet ---------------------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001  what clocks show
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def mondays(*hours: int, weeks: int = 4) -> list[datetime]:
    """Hours of the last Mondays, that of 2 March included."""
    return [MONDAY - week * WEEK + hour * HOUR for week in range(weeks) for hour in hours]


def test_an_hour_is_usual_when_it_was_heard_in_three_of_four_weeks() -> None:
    heard = [*mondays(9), *mondays(10, weeks=3), *mondays(11, weeks=2)]
    assert learn_rhythm(heard, unrecorded=[]).usual == {(0, 9), (0, 10)}
    assert learn_rhythm([], unrecorded=[]) == NO_RHYTHM


def test_four_weeks_are_learned_and_no_more() -> None:
    heard = [*mondays(9, weeks=2), *[hour - 4 * WEEK for hour in mondays(9, weeks=4)]]
    assert learn_rhythm(heard, unrecorded=[]).usual == frozenset()


def without(heard: list[datetime], *, week: int, hours: Sequence[int]) -> list[datetime]:
    """The hours heard, but for some of the Monday so many weeks ago."""
    return [each for each in heard if each not in [MONDAY - week * WEEK + hour * HOUR for hour in hours]]


def test_a_silence_is_usual_when_two_weeks_had_one_so_long() -> None:
    usually = mondays(9, 10, 11, 12, 13, 14)
    once = without(usually, week=2, hours=[10, 11, 12, 13])
    twice = without(once, week=1, hours=[9, 14])

    assert learn_rhythm(usually, unrecorded=[]).usual_silence_h == 0
    # An outage, say; it must not make the next one last as long before anybody is told.
    assert learn_rhythm(once, unrecorded=[]).usual_silence_h == 0
    assert learn_rhythm(twice, unrecorded=[]).usual_silence_h == 1
    assert learn_rhythm(twice, unrecorded=[MONDAY - 1 * WEEK + 9 * HOUR]).usual_silence_h == 1
    both = [MONDAY - 1 * WEEK + hour * HOUR for hour in (9, 14)]
    assert learn_rhythm(twice, unrecorded=both).usual_silence_h == 0


def test_the_weeks_before_a_deck_was_first_heard_were_no_silence() -> None:
    assert learn_rhythm(mondays(9, 10, weeks=3), unrecorded=[]) == Rhythm(frozenset({(0, 9), (0, 10)}), 0)


def test_of_a_long_silence_four_weeks_are_counted() -> None:
    rhythm = Rhythm(frozenset({(0, 9)}), 0)
    assert silent_hours(rhythm, last_heard_at=MONDAY, now=MONDAY + 9 * WEEK, unrecorded=[]) == 4


def test_only_whole_usual_hours_count_as_silent() -> None:
    rhythm = Rhythm(frozenset({(0, 9), (0, 10), (0, 11)}), 0)

    def silent(heard: timedelta, now: timedelta, unrecorded: Sequence[datetime] = ()) -> int:
        return silent_hours(rhythm, last_heard_at=MONDAY + heard, now=MONDAY + now, unrecorded=unrecorded)

    assert silent(9.5 * HOUR, 9.9 * HOUR) == 0
    assert silent(9.5 * HOUR, 10.9 * HOUR) == 0
    assert silent(9.5 * HOUR, 11 * HOUR) == 1
    assert silent(9.5 * HOUR, 23 * HOUR) == 2
    assert silent(9.5 * HOUR, WEEK + 10 * HOUR) == 3
    assert silent(9.5 * HOUR, 23 * HOUR, [MONDAY + 10 * HOUR]) == 1


@pytest.mark.parametrize(
    ("usual_silence_h", "silence_h", "expected"),
    [
        (0, 0, False),
        (0, 1, False),
        (0, 2, True),
        (1, 2, True),
        (2, 2, False),
        (2, 3, True),
        (9, 9, False),
        (9, 10, True),
    ],
)
def test_quiet_is_longer_than_usual_and_two_hours_at_least(
    usual_silence_h: int, silence_h: int, *, expected: bool
) -> None:
    rhythm = Rhythm(frozenset({(0, 9)}), usual_silence_h)
    assert is_quiet(rhythm, last_heard_at=MONDAY, now=MONDAY + WEEK, silence_h=silence_h) is expected
    assert not is_quiet(rhythm, last_heard_at=MONDAY, now=MONDAY + LEARNED + HOUR, silence_h=silence_h)


def test_a_deck_without_a_rhythm_is_never_quiet() -> None:
    later = MONDAY + 3 * WEEK
    assert silent_hours(NO_RHYTHM, last_heard_at=MONDAY, now=later, unrecorded=[]) == 0


@settings(max_examples=60, derandomize=True, database=None)
@given(
    st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 23)), max_size=30),
    st.integers(0, 24 * 60),
    st.integers(0, 24 * 7 * 60),
)
def test_a_deck_that_is_always_silent_then_is_never_quiet(
    places: frozenset[tuple[int, int]], first_minute: int, minutes: int
) -> None:
    """A deck that keeps to its hours, week after week, is not called quiet at any time before the next of them ends."""
    begins = MONDAY - 4 * WEEK
    heard = {begins + week * WEEK + day * timedelta(days=1) + hour * HOUR for week in range(4) for day, hour in places}
    rhythm = learn_rhythm(heard, unrecorded=[])
    now = MONDAY + timedelta(minutes=first_minute + minutes)
    heard_till_now = heard | {hour + 4 * WEEK for hour in heard if hour + 4 * WEEK < now}
    if not heard_till_now:
        return
    last = max(heard_till_now)
    silence_h = silent_hours(rhythm, last_heard_at=last, now=now, unrecorded=[])
    assert not is_quiet(rhythm, last_heard_at=last, now=now, silence_h=silence_h)


def test_every_hour_that_a_span_touches_is_known() -> None:
    spans = [(MONDAY + 0.5 * HOUR, MONDAY + 2 * HOUR), (MONDAY + 3 * HOUR, MONDAY + 3.1 * HOUR), (MONDAY, MONDAY)]
    assert hours_touched(spans) == {MONDAY, MONDAY + HOUR, MONDAY + 3 * HOUR}
