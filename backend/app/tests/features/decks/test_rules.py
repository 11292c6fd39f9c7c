"""Decisions about decks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import FieldError, InvalidInput
from app.features.decks.rules import check_test_mode, is_in_test_mode
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
