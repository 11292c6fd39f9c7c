"""What the presses mean: counts over time, by weekday and hour. Buttons beside each other are in `ranking`.

Days of the station's own zone are read from its days; hours, weekdays by hour, and other zones from its hours, or from
quarters of an hour where the zone's clocks do not keep the hours of UTC. These reach less far (`periods.check_reach`).
Ranges of days go up to today: what has not begun is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlmodel import Session

from app import crud
from app.features.buttons.service import ButtonNotFound, DeckNotFound
from app.features.stats import queries
from app.features.stats.periods import (
    DAY,
    REACH_OF_ALL,
    WEEK,
    Bucket,
    Days,
    between,
    bucket_starts,
    check_reach,
    dark_buckets,
    hours_of_week,
    label_of,
    mark_unknown,
    next_start,
    silent_seconds,
    start_of,
)
from app.features.stats.rules import check_selection
from app.features.stats.schemas import (
    BucketPublic,
    CalendarDay,
    CalendarPublic,
    CalendarQuery,
    CountedSpan,
    Grouping,
    HeatmapPublic,
    HeatmapQuery,
    Selection,
    SeriesPublic,
    SummaryPublic,
    TimeseriesPublic,
    TimeseriesQuery,
)
from app.features.stats.view import View, look_at
from app.models import NO_DECK, Station

# How far back is looked where nothing else is asked for.
DEFAULT_LENGTH = {
    Bucket.HOUR: timedelta(days=2),
    Bucket.DAY: timedelta(days=28),
    Bucket.WEEK: 26 * WEEK,
    Bucket.MONTH: timedelta(days=365),
}
DEFAULT_REACH = timedelta(days=28)


# Series


@dataclass(frozen=True)
class _Axis:
    """Buckets of time: their first days or hours, the instants between them, and what they are called."""

    bucket: Bucket
    days: Days
    edges: list[datetime]
    labels: list[str] = field(default_factory=list)

    @property
    def length(self) -> int:
        return max(len(self.edges) - 1, 0)


def _axis(view: View, days: Days, bucket: Bucket) -> _Axis:
    """Buckets that the days touch and that have begun. Raises InvalidInput for too many."""
    starts = [start for start in bucket_starts(days, bucket) if start <= view.today]
    if not starts:
        return _Axis(bucket, days, [])
    if bucket is Bucket.HOUR:
        start, end = view.edges([starts[0], starts[-1] + DAY])
        hours = view.rows(queries.HOUR_EDGES, start=start, end=end)
        labels = [hour.label for hour in hours if hour.starts_at <= view.now]
        edges = [*(hour.starts_at for hour in hours), end]
        return _Axis(bucket, days, edges[: len(labels) + 1], labels)
    end_day = next_start(starts[-1], bucket)
    return _Axis(
        bucket,
        Days(starts[0], end_day),
        view.edges([*starts, end_day]),
        [label_of(start, bucket) for start in starts],
    )


class _Counted(NamedTuple):
    """A series: the buckets in which something was counted, and how much."""

    key: str
    title: str
    total: int
    places: list[int] | None
    counts: list[int] | None
    series_count: int


_NOTHING = _Counted(Grouping.STATION, "", 0, None, None, 1)


def _count(
    view: View, axis: _Axis, *, selection: Selection, by: Grouping = Grouping.STATION, limit: int = 1
) -> list[_Counted]:
    """The largest series. Of a station there is always one, even if it has no button yet."""
    owners = queries.owners_of(selection, by)
    rows: Sequence[Row[Any]] = []
    if axis.length and axis.bucket is not Bucket.HOUR and view.is_own_zone:
        query = queries.series_by_days(owners, by, axis.bucket)
        rows = view.rows(query, **owners.values, start_day=axis.days.start, end_day=axis.days.end, most=limit)
    elif axis.length:
        keep_hours = all(edge.timestamp() % 3600 == 0 for edge in axis.edges)
        query = queries.series_by_bins(owners, by, keep_hours=keep_hours)
        start, end = axis.edges[0], axis.edges[-1]
        rows = view.rows(query, **owners.values, start=start, end=end, edges=axis.edges, most=limit)
    if by is Grouping.STATION and not rows:
        return [_NOTHING]
    return [_Counted._make(row) for row in rows]


def _filled(series: _Counted, length: int) -> list[int]:
    """The counts of a series, with zeros in between."""
    counts = [0] * length
    for place, count in zip(series.places or (), series.counts or (), strict=True):
        counts[place] = count
    return counts


def read_timeseries(session: Session, *, station: Station, query: TimeseriesQuery, now: datetime) -> TimeseriesPublic:
    """Presses over time. Raises InvalidInput, ButtonNotFound, DeckNotFound."""
    check_selection(query, by=query.by)
    view = look_at(session, station=station, now=now, tz=query.tz)
    default = DEFAULT_LENGTH[query.bucket]
    if not view.is_own_zone:
        default = min(default, REACH_OF_ALL)
    days = view.days(query.start, query.end, default=default)
    return timeseries_of(view, days, query)


def timeseries_of(view: View, days: Days, query: TimeseriesQuery) -> TimeseriesPublic:
    """Presses over time, on days that are known already. Raises InvalidInput, ButtonNotFound, DeckNotFound."""
    if query.bucket is Bucket.HOUR or not view.is_own_zone:
        check_reach(days, is_one=_is_one(query))
    title = _title_of(view, query)
    axis = _axis(view, days, query.bucket)
    counted = _count(view, axis, selection=query, by=query.by, limit=query.limit)
    silent = view.silent(axis.edges)
    dark = dark_buckets(silent, axis.edges, until=view.now)
    return TimeseriesPublic(
        at=view.now,
        zone=view.zone,
        bucket=query.bucket,
        by=query.by,
        start=axis.days.start,
        end=axis.days.end,
        buckets=[
            BucketPublic(starts_at=starts_at, ends_at=ends_at, label=label, not_recording_s=seconds)
            for starts_at, ends_at, label, seconds in zip(
                axis.edges[:-1], axis.edges[1:], axis.labels, silent, strict=True
            )
        ],
        series=[
            SeriesPublic(
                key=each.key,
                title=title if query.by is Grouping.STATION else each.title,
                total=each.total,
                counts=mark_unknown(_filled(each, axis.length), dark),
            )
            for each in counted
        ],
        series_count=counted[0].series_count if counted else 0,
    )


def _is_one(selection: Selection) -> bool:
    return selection.button_id is not None or selection.deck_id is not None


def _title_of(view: View, selection: Selection) -> str:
    """What everything that is asked for is called together. Raises ButtonNotFound, DeckNotFound."""
    station_id, button_id, deck_id = view.station.id, selection.button_id, selection.deck_id
    if deck_id is not None:
        deck = crud.get_deck(view.session, station_id=station_id, deck_id=deck_id)
        if deck is None:
            raise DeckNotFound
        return deck.name
    if button_id is not None:
        button = crud.get_button(view.session, station_id=station_id, button_id=button_id)
        if button is None:
            raise ButtonNotFound
        number = button.current_version
        version = crud.get_button_version(view.session, station_id=station_id, button_id=button_id, number=number)
        return version.title if version else ""
    return selection.type or selection.tag or view.station.name


# One number each


def read_summary(session: Session, *, station: Station, tz: str | None, now: datetime) -> SummaryPublic:
    """Presses today, this week, this month and in all, beside those of the day, week and month before."""
    view = look_at(session, station=station, now=now, tz=tz)
    starts = [view.today, start_of(view.today, Bucket.WEEK)]
    befores = [view.today - DAY, starts[1] - WEEK]
    if view.is_own_zone:
        starts.append(start_of(view.today, Bucket.MONTH))
        befores.append(start_of(starts[2] - DAY, Bucket.MONTH))
    axis = _axis(view, Days(min(befores), view.today + DAY), Bucket.DAY)
    (counted,) = _count(view, axis, selection=Selection())
    daily = _Daily(axis.days.start, _filled(counted, axis.length), view.silent(axis.edges))
    parts = _count_parts(view, list(zip(starts, befores, strict=True)))
    spans = [
        CountedSpan(
            start=start,
            press_count=daily.count(start, view.today + DAY),
            not_recording_s=daily.silence(start, view.today + DAY),
            before_start=before,
            before_so_far_count=daily.count(before, part.day) + part.press_count,
            before_count=daily.count(before, start),
            before_not_recording_s=daily.silence(before, start),
        )
        for start, before, part in zip(starts, befores, parts, strict=True)
    ]
    (all_count,) = view.rows(queries.COUNT_ALL)[0]
    month = spans[2] if view.is_own_zone else None
    return SummaryPublic(zone=view.zone, at=now, today=spans[0], week=spans[1], month=month, all_count=all_count)


@dataclass(frozen=True)
class _Daily:
    """Counts, and seconds without recording, of each day from `first_day` on."""

    first_day: date
    counts: list[int]
    silent: list[int]

    def count(self, start: date, end: date) -> int:
        return sum(self.counts[self._places(start, end)])

    def silence(self, start: date, end: date) -> int:
        return sum(self.silent[self._places(start, end)])

    def _places(self, start: date, end: date) -> slice:
        return slice((start - self.first_day).days, (end - self.first_day).days)


@dataclass(frozen=True)
class _Part:
    """What was counted on a day before its clocks showed a time."""

    day: date
    press_count: int


def _count_parts(view: View, spans: Sequence[tuple[date, date]]) -> list[_Part]:
    """For each span and the one before it: the last day of that, as far as the present is into its own span."""
    # The 31st is further into its month than some months go.
    local_ends = [
        min(_midnight(before) + (view.local_now - _midnight(start)), _midnight(start)) for start, before in spans
    ]
    days = [each.date() for each in local_ends]
    ends = [at for (at,) in view.rows(queries.INSTANTS, locals=local_ends)]
    counts = view.rows(queries.COUNT_PARTS, starts=view.edges(days), ends=ends, no_deck=NO_DECK)
    return [_Part(day, int(count)) for day, (count,) in zip(days, counts, strict=True)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


# By weekday and hour, by day


def read_heatmap(session: Session, *, station: Station, query: HeatmapQuery, now: datetime) -> HeatmapPublic:
    """Presses by weekday and hour. Raises InvalidInput, ButtonNotFound, DeckNotFound."""
    check_selection(query)
    view = look_at(session, station=station, now=now, tz=query.tz)
    return heatmap_of(view, view.days(query.start, query.end, default=DEFAULT_REACH), query)


def heatmap_of(view: View, days: Days, selection: Selection) -> HeatmapPublic:
    """Presses by weekday and hour of these days. Raises InvalidInput, ButtonNotFound, DeckNotFound."""
    check_reach(days, is_one=_is_one(selection))
    _title_of(view, selection)
    start, end = view.edges([days.start, days.end])
    owners = queries.owners_of(selection)
    keep_hours = owners.hours is not None and view.rows(queries.KEEPS_HOURS, start=start, end=end)[0][0]
    query = queries.heatmap_of(owners, is_one=_is_one(selection), keep_hours=keep_hours)
    rows = view.rows(query, **owners.values, start=start, end=end)
    counts = {(row.weekday, row.hour): row.press_count for row in rows}
    gaps = view.gaps(start, end)
    recorded = between(gaps, start=start, end=min(end, view.now))
    # What came in late was pressed while nobody listened.
    known = hours_of_week(recorded, ZoneInfo(view.zone)) | counts.keys()
    return HeatmapPublic(
        zone=view.zone,
        start=days.start,
        end=days.end,
        total=sum(counts.values()),
        not_recording_s=sum(silent_seconds([start, end], gaps)),
        counts=[
            [counts.get((weekday, hour), 0) if (weekday, hour) in known else None for hour in range(24)]
            for weekday in range(7)
        ],
    )


def read_calendar(session: Session, *, station: Station, query: CalendarQuery, now: datetime) -> CalendarPublic:
    """Presses of a year by day. Raises InvalidInput, ButtonNotFound, DeckNotFound."""
    check_selection(query)
    view = look_at(session, station=station, now=now, tz=query.tz)
    year = query.year if query.year is not None else view.today.year
    days = Days(date(year, 1, 1), date(year + 1, 1, 1))
    if not view.is_own_zone:
        check_reach(days, is_one=_is_one(query), field="query.tz")
    _title_of(view, query)
    axis = _axis(view, days, Bucket.DAY)
    (counted,) = _count(view, axis, selection=query)
    silent = view.silent(axis.edges)
    counts = mark_unknown(_filled(counted, axis.length), dark_buckets(silent, axis.edges, until=now))
    return CalendarPublic(
        zone=view.zone,
        year=year,
        total=counted.total,
        days=[
            CalendarDay(day=days.start + place * DAY, press_count=count, not_recording_s=seconds)
            for place, (count, seconds) in enumerate(zip(counts, silent, strict=True))
        ],
    )
