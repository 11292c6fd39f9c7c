"""When people are told, whom, and in which words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.features.alerts import rules
from app.models import Role

NEW_YORK = ZoneInfo("America/New_York")
at = datetime.fromisoformat


@pytest.mark.parametrize(
    ("local_now", "monday"),
    [
        (at("2026-11-23T07:59"), None),
        (at("2026-11-23T08:00"), date(2026, 11, 16)),
        (at("2026-11-29T23:59"), date(2026, 11, 16)),
        (at("2026-11-30T00:00"), None),
    ],
)
def test_the_last_whole_week_is_told_from_monday_at_eight_to_its_end(local_now: datetime, monday: date | None) -> None:
    assert rules.week_to_tell(local_now) == monday


@pytest.mark.parametrize(
    ("wants", "role", "gets"),
    [
        (None, Role.OWNER, True),
        (None, Role.EDITOR, True),
        (None, Role.VIEWER, False),
        (True, Role.VIEWER, True),
        (False, Role.OWNER, False),
    ],
)
def test_without_a_choice_of_their_own_those_are_told_who_can_do_something(
    wants: bool | None, role: Role, gets: bool
) -> None:
    assert rules.gets_deck_mail(wants, role=role) is gets


def test_the_two_times_of_a_repeated_hour_read_differently() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert rules.local_text(first, NEW_YORK) == "Sun 1 Nov 2026, 01:30 EDT"
    assert rules.local_text(first + timedelta(hours=1), NEW_YORK) == "Sun 1 Nov 2026, 01:30 EST"


def test_a_week_says_its_year_twice_only_where_it_has_two() -> None:
    assert rules.week_text(date(2026, 11, 16), zone=NEW_YORK) == "Mon 16 Nov – Sun 22 Nov 2026 (America/New_York)"
    assert rules.week_text(date(2026, 12, 28), zone=NEW_YORK) == "Mon 28 Dec 2026 – Sun 3 Jan 2027 (America/New_York)"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=2, hours=4, minutes=59), "2 d 4 h"),
        (timedelta(days=1, minutes=5), "1 d"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=3, seconds=59), "3 h"),
        (timedelta(minutes=12, seconds=30), "12 min"),
        (timedelta(seconds=59), "under a minute"),
    ],
)
def test_a_length_is_told_in_its_two_largest_units(length: timedelta, text: str) -> None:
    assert rules.length_text(length) == text


@pytest.mark.parametrize(
    ("hours", "silent_h", "text"),
    [
        (
            [6, 7, 8],
            3,
            "On Mondays it is usually used from 06:00 to 09:00; nothing was heard in 3 hours in which it is usually used.",
        ),
        (
            [6, 12, 13, 20],
            1,
            "On Mondays it is usually used from 06:00 to 07:00, 12:00 to 14:00 and 20:00 to 21:00; nothing was heard in "
            "1 hour in which it is usually used.",
        ),
        ([], 2, "Nothing was heard in 2 hours in which it is usually used."),
        (
            [22, 23],
            2,
            "On Mondays it is usually used from 22:00 to 24:00; nothing was heard in 2 hours in which it is usually used.",
        ),
    ],
)
def test_what_is_usual_is_told_in_spans(hours: list[int], silent_h: int, text: str) -> None:
    assert rules.usual_text([hours, [], [], [], [], [], []], weekday=0, silent_h=silent_h) == text
