"""Decisions about decks."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import FieldError, InvalidInput
from app.features.decks.rules import check_test_mode, is_in_test_mode

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
