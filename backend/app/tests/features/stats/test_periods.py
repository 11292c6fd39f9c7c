from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.errors import InvalidInput
from app.features.stats.periods import (
    MAX_BUCKETS,
    Bucket,
    Days,
    between,
    bucket_starts,
    check_reach,
    dark_buckets,
    days_between,
    hours_of_week,
    label_of,
    mark_unknown,
    next_start,
    silent_seconds,
)

TODAY = date(2026, 3, 11)
MONDAY = date(2026, 3, 9)
WEEK = timedelta(days=7)
NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


def hours(*numbers: float) -> list[datetime]:
    return [NOON + timedelta(hours=number) for number in numbers]


def test_the_last_days_are_meant_by_default_and_today_is_one_of_them() -> None:
    assert days_between(None, None, today=TODAY, default=WEEK) == Days(date(2026, 3, 5), date(2026, 3, 12))


def test_a_start_alone_reaches_to_today_and_an_end_alone_reaches_back() -> None:
    assert days_between(date(2026, 1, 1), None, today=TODAY, default=WEEK) == Days(date(2026, 1, 1), date(2026, 3, 12))
    assert days_between(None, date(2026, 1, 8), today=TODAY, default=WEEK) == Days(date(2026, 1, 1), date(2026, 1, 8))


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (TODAY, TODAY, "query.start"),
        (date(2026, 3, 12), None, "query.start"),
        (date(2000, 12, 31), None, "query.start"),
        (None, date(2000, 12, 31), "query.end"),
        (None, date(2200, 1, 2), "query.end"),
    ],
)
def test_a_range_that_holds_no_day_names_the_field(start: date | None, end: date | None, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        days_between(start, end, today=TODAY, default=WEEK)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_reach_at_the_edge_of_time_stays_in_it() -> None:
    assert days_between(None, date(2001, 1, 2), today=TODAY, default=WEEK).start == date(2001, 1, 1)


@pytest.mark.parametrize(("days", "is_one", "is_fine"), [(28, False, True), (29, False, False), (731, True, True)])
def test_quarters_reach_28_days_of_all_and_two_years_of_one(days: int, *, is_one: bool, is_fine: bool) -> None:
    asked = Days(TODAY - timedelta(days=days), TODAY)
    if is_fine:
        check_reach(asked, is_one=is_one)
        return
    with pytest.raises(InvalidInput) as refused:
        check_reach(asked, is_one=is_one, field="query.tz")
    assert refused.value.errors[0].field == "query.tz"
    assert "28 days of a whole station" in refused.value.errors[0].message


def test_weeks_begin_on_monday_and_months_on_their_first() -> None:
    asked = Days(TODAY, TODAY + timedelta(days=12))
    assert bucket_starts(asked, Bucket.WEEK) == [MONDAY, MONDAY + WEEK]
    assert bucket_starts(Days(TODAY, date(2026, 5, 1)), Bucket.MONTH) == [date(2026, 3, 1), date(2026, 4, 1)]
    assert bucket_starts(asked, Bucket.DAY)[0] == TODAY


@pytest.mark.parametrize(
    ("start", "bucket", "following"),
    [
        (date(2026, 12, 1), Bucket.MONTH, date(2027, 1, 1)),
        (date(2028, 2, 1), Bucket.MONTH, date(2028, 3, 1)),
        (date(2026, 12, 28), Bucket.WEEK, date(2027, 1, 4)),
        (date(2028, 2, 28), Bucket.DAY, date(2028, 2, 29)),
    ],
)
def test_a_bucket_is_followed_by_the_next(start: date, bucket: Bucket, following: date) -> None:
    assert next_start(start, bucket) == following


def test_as_many_buckets_as_fit_and_not_one_more() -> None:
    start = date(2010, 1, 1)
    assert len(bucket_starts(Days(start, start + timedelta(days=MAX_BUCKETS)), Bucket.DAY)) == MAX_BUCKETS
    with pytest.raises(InvalidInput) as refused:
        bucket_starts(Days(start, start + timedelta(days=MAX_BUCKETS + 1)), Bucket.DAY)
    assert refused.value.errors[0].field == "query.bucket"
    with pytest.raises(InvalidInput):
        bucket_starts(Days(start, start + timedelta(days=MAX_BUCKETS // 24 + 1)), Bucket.HOUR)


def test_labels_are_what_calendars_say() -> None:
    assert [label_of(MONDAY, bucket) for bucket in Bucket] == ["2026-03-09", "2026-03-09", "2026-03-09", "2026-03"]


def test_silence_is_shared_among_the_buckets_that_it_touches() -> None:
    edges = hours(0, 1, 2, 3)
    gaps = [tuple(hours(-5, 0.25)), tuple(hours(0.5, 1.5)), tuple(hours(2.75, 9))]
    assert silent_seconds(edges, [(start, end) for start, end in gaps]) == [2700, 1800, 900]


def test_silence_between_no_buckets_is_none_at_all() -> None:
    assert silent_seconds(hours(0), []) == []
    assert silent_seconds(hours(0, 1), []) == [0]


def test_only_what_nobody_could_have_counted_is_unknown() -> None:
    edges = hours(0, 1, 2, 3, 4)
    dark = dark_buckets([3600, 3600, 3599, 0], edges, until=NOON + timedelta(hours=9))
    assert dark == [True, True, False, False]
    assert mark_unknown([0, 7, 0, 0], dark) == [None, 7, 0, 0]


def test_a_bucket_that_goes_on_is_judged_by_what_is_over_of_it() -> None:
    edges = hours(0, 1)
    assert dark_buckets([1800], edges, until=NOON + timedelta(minutes=30)) == [True]
    assert dark_buckets([1800], edges, until=NOON + timedelta(minutes=31)) == [False]


def test_gaps_leave_what_lies_between_them() -> None:
    start, end = hours(0, 9)
    gaps = [(hours(0)[0], hours(1)[0]), (hours(3)[0], hours(4)[0])]
    assert between(gaps, start=start, end=end) == [tuple(hours(1, 3)), tuple(hours(4, 9))]
    assert between([], start=start, end=end) == [(start, end)]
    assert between([(start, end)], start=start, end=end) == []


def test_hours_of_the_week_are_those_that_clocks_show() -> None:
    # Wednesday noon in UTC is a quarter to six in the evening in Kathmandu.
    noon, later, next_noon, soon_after = hours(0, 1.5, 24, 24.1)
    found = hours_of_week([(noon, later), (next_noon, soon_after)], ZoneInfo("Asia/Kathmandu"))
    assert found == {(2, 17), (2, 18), (2, 19), (3, 17)}
    start, end = hours(0, 24 * 400)
    assert len(hours_of_week([(start, end)], ZoneInfo("UTC"))) == 168
