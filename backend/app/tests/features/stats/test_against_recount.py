"""Every count against one made press by press with Python's own calendar: whatever the zone, also where days have 23 or
25 hours, where clocks move by half an hour, and where zones are off by halves and quarters."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlmodel import Session

from app.features.stats import ranking, service
from app.features.stats.periods import Bucket
from app.features.stats.schemas import CalendarQuery, Grouping, HeatmapQuery, TimeseriesQuery, TopQuery
from app.tests.factories import Factory
from app.tests.features.stats.counted import Counted

# Summer time by an hour and by half of one; begun at midnight (Havana, Beirut) and ended there (the Azores, Havana), so that
# midnight is skipped or shown twice; offsets with halves and quarters of an hour.
ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Havana",
    "Atlantic/Azores",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
# Weeks in which the clocks of most of these change.
CHANGES = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 27),
    date(2026, 10, 4),
    date(2026, 10, 25),
]
CHANGES += [date(2026, 11, 1), date(2026, 1, 1)]
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)

presses = st.lists(
    st.tuples(
        st.integers(0, 2),
        # Around a change: on edges of quarters, next to them, and anywhere.
        st.integers(-3 * 96, 3 * 96),
        st.sampled_from(
            [timedelta(0), timedelta(microseconds=1), QUARTER - timedelta(microseconds=1), timedelta(minutes=7)]
        ),
    ),
    max_size=25,
)
EACH_QUARTER = [(number % 3, number, timedelta(0)) for number in range(-60, 49)]


class Recounted:
    """Presses of a station with three buttons of two types, and the clocks of a zone."""

    def __init__(self, counted: Counted, *, zone: str, pressed: Sequence[tuple[int, datetime]], own_zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.pressed = pressed
        self.station = counted.station(own_zone)
        make = counted.make
        self.buttons = [make.button(station=self.station, title=f"B{n}", type="ab"[n % 2]) for n in range(3)]
        for number, button in enumerate(self.buttons):
            counted.press(button, *(instant for which, instant in pressed if which == number))

    def local(self) -> list[datetime]:
        return [instant.astimezone(self.zone).replace(tzinfo=None) for _, instant in self.pressed]

    def by(self, label: str) -> Counter[str]:
        return Counter(local.strftime(label) for local in self.local())


def _pressed(change: date, moves: list[tuple[int, int, timedelta]]) -> list[tuple[int, datetime]]:
    middle = datetime.combine(change, time(), UTC)
    return [(button, middle + quarters * QUARTER + rest) for button, quarters, rest in moves]


@settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    zone=st.sampled_from(ZONES),
    is_own=st.booleans(),
    change=st.sampled_from(CHANGES),
    moves=presses,
    hour=st.integers(5, 23),
)
@example(zone="America/Havana", is_own=False, change=date(2026, 11, 1), moves=EACH_QUARTER, hour=12)
@example(zone="Australia/Lord_Howe", is_own=False, change=date(2026, 4, 5), moves=EACH_QUARTER, hour=12)
@example(zone="Australia/Lord_Howe", is_own=True, change=date(2026, 10, 4), moves=EACH_QUARTER, hour=12)
@example(zone="Asia/Beirut", is_own=False, change=date(2026, 3, 29), moves=EACH_QUARTER, hour=12)
def test_counts_are_what_a_calendar_says(
    connection: Connection, zone: str, is_own: bool, change: date, moves: list[tuple[int, int, timedelta]], hour: int
) -> None:
    savepoint = connection.begin_nested()
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        counted = Counted(session, Factory(session))
        counted.watch()
        pressed = _pressed(change, moves)
        recounted = Recounted(counted, zone=zone, pressed=pressed, own_zone=zone if is_own else "Asia/Tokyo")
        tz = None if is_own else zone
        start, end = change - 5 * DAY, change + 5 * DAY
        now = datetime.combine(change + 6 * DAY, time(hour), ZoneInfo(zone)).astimezone(UTC)
        _check_series(session, recounted, start, end, tz=tz, now=now)
        _check_weekdays(session, recounted, start, end, tz=tz, now=now)
        _check_summary(session, recounted, change + 2 * DAY, hour, tz=tz)
        _check_top(session, recounted, change, tz=tz, now=now)
    savepoint.rollback()


def _check_series(
    session: Session, recounted: Recounted, start: date, end: date, *, tz: str | None, now: datetime
) -> None:
    labels = {Bucket.HOUR: "%Y-%m-%d %H", Bucket.DAY: "%Y-%m-%d", Bucket.MONTH: "%Y-%m"}
    for bucket in Bucket:
        query = TimeseriesQuery(start=start, end=end, bucket=bucket, tz=tz, by=Grouping.BUTTON, limit=50)
        found = service.read_timeseries(session, station=recounted.station, query=query, now=now)
        by_edges: Counter[tuple[str, int]] = Counter()
        for which, instant in recounted.pressed:
            place = next(n for n, each in enumerate(found.buckets) if each.starts_at <= instant < each.ends_at)
            by_edges[str(recounted.buttons[which].id), place] += 1
        counts = {(each.key, place): count for each in found.series for place, count in enumerate(each.counts) if count}
        assert counts == by_edges
        assert sum(each.total for each in found.series) == len(recounted.pressed)
        if bucket in labels:
            by_label: Counter[str] = Counter()
            for each in found.series:
                for place, count in enumerate(each.counts):
                    by_label[found.buckets[place].label[:13]] += count or 0
            assert +by_label == recounted.by(labels[bucket])


def _check_weekdays(
    session: Session, recounted: Recounted, start: date, end: date, *, tz: str | None, now: datetime
) -> None:
    # Of the station, then of each button: these are counted apart.
    for which, button_id in (None, None), *((which, each.id) for which, each in enumerate(recounted.buttons)):
        query = HeatmapQuery(start=start, end=end, tz=tz, button_id=button_id)
        found = service.read_heatmap(session, station=recounted.station, query=query, now=now)
        shown = [instant.astimezone(recounted.zone) for each, instant in recounted.pressed if which in (None, each)]
        cells = Counter((local.weekday(), local.hour) for local in shown)
        assert {(d, h): n for d, row in enumerate(found.counts) for h, n in enumerate(row) if n} == cells
    if tz is None:
        year = CalendarQuery(year=start.year)
        days = service.read_calendar(session, station=recounted.station, query=year, now=now).days
        in_year = {day: n for day, n in recounted.by("%Y-%m-%d").items() if day.startswith(str(start.year))}
        assert {each.day.isoformat(): each.press_count for each in days if each.press_count} == in_year


def _check_summary(session: Session, recounted: Recounted, today: date, hour: int, *, tz: str | None) -> None:
    now = datetime.combine(today, time(hour), recounted.zone)
    found = service.read_summary(session, station=recounted.station, tz=tz, now=now.astimezone(UTC))
    locals_ = recounted.local()
    spans = [(found.today, today, today - DAY)]
    monday = today - today.weekday() * DAY
    spans.append((found.week, monday, monday - 7 * DAY))
    if found.month is not None:
        first = today.replace(day=1)
        spans.append((found.month, first, (first - DAY).replace(day=1)))
    for span, start, before in spans:
        into_it = datetime.combine(today, time(hour)) - datetime.combine(start, time())
        until = min(datetime.combine(before, time()) + into_it, datetime.combine(start, time()))
        assert (span.start, span.before_start) == (start, before)
        assert span.press_count == sum(start <= local.date() <= today for local in locals_)
        assert span.before_count == sum(before <= local.date() < start for local in locals_)
        # The instant that the clocks of the day before showed; what they showed twice is left to the edges of days.
        end = until.replace(tzinfo=recounted.zone)
        assert span.before_so_far_count == sum(
            before <= local.date() and instant < end
            for local, (_, instant) in zip(locals_, recounted.pressed, strict=True)
        )
    assert found.all_count == len(recounted.pressed)


def _check_top(session: Session, recounted: Recounted, change: date, *, tz: str | None, now: datetime) -> None:
    found = ranking.read_top(
        session, station=recounted.station, query=TopQuery(start=change, end=change + 5 * DAY, tz=tz), now=now
    )
    days = [local.date() for local in recounted.local()]
    expected = {}
    for number, button in enumerate(recounted.buttons):
        own = [day for day, (which, _) in zip(days, recounted.pressed, strict=True) if which == number]
        counts = (sum(day >= change for day in own), sum(day < change for day in own))
        if any(counts):
            expected[button.id] = counts
    assert {each.button.id: (each.press_count, each.before_count) for each in found.data} == expected
    assert found.count == len(expected)
