from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from app.core.errors import InvalidInput
from app.features.accounts.service import UnknownZone
from app.features.buttons.service import ButtonNotFound, DeckNotFound
from app.features.stats import ranking, service
from app.features.stats.periods import Bucket
from app.features.stats.schemas import (
    CalendarQuery,
    Grouping,
    HeatmapQuery,
    TimeseriesPublic,
    TimeseriesQuery,
)
from app.models import Button, PressStatus, Station
from app.tests.factories import Factory
from app.tests.features.stats.counted import NOW, Counted, at

DAY = timedelta(days=1)


def series(session: Session, station: Station, *, now: datetime = NOW, **query: Any) -> TimeseriesPublic:
    return service.read_timeseries(session, station=station, query=TimeseriesQuery.model_validate(query), now=now)


def counts(found: TimeseriesPublic) -> dict[str, list[int | None]]:
    return {each.title: each.counts for each in found.series}


def labels(found: TimeseriesPublic) -> list[str]:
    return [each.label for each in found.buckets]


# --- Buckets -------------------------------------------------------------------------------------------------------------


def test_days_without_a_press_are_zero(session: Session, counted: Counted, station: Station, button: Button) -> None:
    counted.watch()
    counted.press(button, at("2026-03-09 10:00"), at("2026-03-11 11:00"), at("2026-03-11 11:05"))

    found = series(session, station, start=date(2026, 3, 8))

    assert labels(found) == ["2026-03-08", "2026-03-09", "2026-03-10", "2026-03-11"]
    assert counts(found) == {station.name: [0, 1, 0, 2]}
    assert found.series[0].total == 3


def test_what_was_not_recorded_is_marked_and_not_zero(
    session: Session, counted: Counted, station: Station, button: Button
) -> None:
    counted.watch(end=at("2026-03-08 18:00"))
    counted.watch(start=at("2026-03-10 06:00"))
    counted.press(button, at("2026-03-08 17:00"), at("2026-03-10 11:00"))

    found = series(session, station, start=date(2026, 3, 8))

    assert counts(found) == {station.name: [1, None, 1, 0]}
    assert [each.not_recording_s for each in found.buckets] == [6 * 3600, 86_400, 6 * 3600, 0]


def test_a_late_press_shows_where_nobody_was_listening(
    session: Session, counted: Counted, station: Station, button: Button
) -> None:
    counted.press(button, at("2026-03-10 11:00"))

    assert counts(series(session, station, start=date(2026, 3, 9))) == {station.name: [None, 1, None]}


def test_before_a_station_was_there_nothing_was_recorded(session: Session, counted: Counted, make: Factory) -> None:
    counted.watch()
    station = make.station(created_at=at("2026-03-10 12:00"))

    found = series(session, station, start=date(2026, 3, 9))

    assert counts(found) == {station.name: [None, 0, 0]}
    assert [each.not_recording_s for each in found.buckets] == [86_400, 43_200, 0]


def test_what_has_not_begun_is_left_out(session: Session, counted: Counted, station: Station) -> None:
    counted.watch()

    found = series(session, station, start=date(2026, 3, 11), end=date(2026, 3, 20), bucket=Bucket.HOUR)
    assert labels(found)[-1] == "2026-03-11 12:00"
    assert found.buckets[-1].ends_at == at("2026-03-11 13:00")
    assert len(found.series[0].counts) == 13

    future = series(session, station, start=date(2026, 3, 12), end=date(2026, 3, 20))
    assert (future.buckets, future.series[0].counts, future.series[0].total) == ([], [], 0)


def test_a_week_and_a_month_that_were_begun_are_counted_whole(
    session: Session, counted: Counted, station: Station, button: Button
) -> None:
    counted.watch()
    counted.press(
        button, at("2026-02-28 23:59"), at("2026-03-01 00:00"), at("2026-03-09 00:00"), at("2026-03-08 23:59")
    )

    weeks = series(session, station, start=date(2026, 3, 3), end=date(2026, 3, 10), bucket=Bucket.WEEK)
    months = series(session, station, start=date(2026, 3, 31), end=date(2026, 4, 1), bucket=Bucket.MONTH)

    assert (weeks.start, weeks.end, labels(weeks)) == (
        date(2026, 3, 2),
        date(2026, 3, 16),
        ["2026-03-02", "2026-03-09"],
    )
    assert counts(weeks) == {station.name: [1, 1]}
    assert (months.start, months.end) == (date(2026, 3, 1), date(2026, 4, 1))
    assert counts(months) == {station.name: [3]}


@pytest.mark.parametrize(("day", "hour_count"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_days_have_23_or_25_hours_when_clocks_change(
    session: Session, counted: Counted, day: date, hour_count: int
) -> None:
    counted.watch()
    station = counted.station("America/New_York")

    found = series(session, station, start=day, end=day + DAY, bucket=Bucket.HOUR, now=at("2026-12-01"))

    assert len(found.buckets) == hour_count
    assert {each.ends_at - each.starts_at for each in found.buckets} == {timedelta(hours=1)}
    shown = [label[-5:-3] for label in labels(found)]
    assert (shown.count("01"), shown.count("02")) == ((1, 0) if hour_count < 24 else (2, 1))


def test_half_an_hour_that_is_repeated_belongs_to_its_hour(session: Session, counted: Counted) -> None:
    counted.watch()
    station = counted.station("Australia/Lord_Howe")

    found = series(
        session, station, start=date(2026, 4, 5), end=date(2026, 4, 6), bucket=Bucket.HOUR, now=at("2026-12-01")
    )

    lengths = {each.label[-5:]: each.ends_at - each.starts_at for each in found.buckets}
    assert lengths.pop("01:00") == timedelta(minutes=90)
    assert set(lengths.values()) == {timedelta(hours=1)}
    assert len(lengths) == 23


# --- Series --------------------------------------------------------------------------------------------------------------


def test_series_of_buttons_are_largest_first_and_limited(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    for number in range(4):
        button = make.button(station=station, title=f"B{number}")
        counted.press(button, *[at("2026-03-10 10:00") + n * DAY / 24 for n in range(number)])

    found = series(session, station, start=date(2026, 3, 10), end=date(2026, 3, 11), by=Grouping.BUTTON, limit=3)

    assert [(each.title, each.total) for each in found.series] == [("B3", 3), ("B2", 2), ("B1", 1)]
    assert found.series_count == 4


def test_types_and_tags_are_one_in_any_spelling(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    for title, kind, tags in (("A", "psa", ["Snow"]), ("B", "PSA", ["snow", "road"]), ("C", "id", [])):
        counted.press(make.button(station=station, title=title, type=kind, tags=tags), at("2026-03-11 10:00"))

    by_type = series(session, station, start=date(2026, 3, 11), by=Grouping.TYPE)
    by_tag = series(session, station, start=date(2026, 3, 11), by=Grouping.TAG)

    assert [(each.key, each.total) for each in by_type.series] == [("psa", 2), ("id", 1)]
    assert [(each.key, each.total) for each in by_tag.series] == [("snow", 2), ("road", 1)]


def test_a_series_is_called_what_was_asked_for(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    button = make.button(station=station, title="Buckle up", type="Station", tags=["station"])

    def title(**query: Any) -> str:
        return series(session, station, start=date(2026, 3, 11), **query).series[0].title

    assert title() == station.name
    assert title(button_id=button.id) == "Buckle up"
    assert title(type="station") == "station"
    # A word that stands for the whole elsewhere is a type like any other.
    assert [title(by=by) for by in ("type", "tag")] == ["Station", "station"]


def test_a_button_with_two_tags_counts_for_each(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    counted.press(make.button(station=station, tags=["snow", "road"]), at("2026-03-11 10:00"), at("2026-03-11 10:05"))

    for bucket in Bucket:
        found = series(session, station, start=date(2026, 3, 11), by=Grouping.TAG, bucket=bucket)
        assert [(each.key, each.total) for each in found.series] == [("road", 2), ("snow", 2)]


def test_filters_name_their_buttons(session: Session, counted: Counted, make: Factory, station: Station) -> None:
    buttons = [
        make.button(station=station, title=title, type=kind, tags=tags)
        for title, kind, tags in (("A", "psa", ["Snow"]), ("B", "PSA", ["road"]), ("C", "id", ["snow"]))
    ]
    for button in buttons:
        counted.press(button, at("2026-03-11 10:00"))

    def titles(**query: Any) -> set[str]:
        found = series(session, station, start=date(2026, 3, 11), by=Grouping.BUTTON, **query)
        assert found.series_count == len(found.series)
        return {each.title for each in found.series}

    assert titles(type="Psa") == {"A", "B"}
    assert titles(tag="SNOW") == {"A", "C"}
    assert titles(type="psa", tag="snow") == {"A"}
    assert titles(button_id=buttons[1].id) == {"B"}
    assert titles(button_id=buttons[1].id, tag="snow") == set()


def test_decks_have_their_own_counts(session: Session, counted: Counted, make: Factory, station: Station) -> None:
    button = make.button(station=station)
    decks = [make.deck(station=station, name=name) for name in ("Studio", "Production")]
    keys = [make.press_key(button=button, deck=deck) for deck in decks]
    counted.press(button, at("2026-03-11 10:00"), at("2026-03-11 11:00"), press_key=keys[0])
    counted.press(button, at("2026-03-10 10:00"), press_key=keys[1])
    counted.press(button, at("2026-03-11 10:00"))
    counted.press(button, at("2026-03-11 10:00"), press_key=keys[1], status=PressStatus.TEST)

    days: dict[str, Any] = {"start": date(2026, 3, 10), "by": Grouping.DECK}
    assert {each.title: each.total for each in series(session, station, **days).series} == {
        "Studio": 2,
        "Production": 1,
    }
    one = series(session, station, start=date(2026, 3, 10), deck_id=decks[0].id, bucket=Bucket.HOUR)
    assert (one.series[0].title, one.series[0].total) == ("Studio", 2)
    foreign = series(session, station, start=date(2026, 3, 10), deck_id=decks[0].id, tz="Asia/Tokyo")
    assert foreign.series[0].counts == [None, 2]


def test_other_stations_do_not_count(session: Session, counted: Counted, station: Station, button: Button) -> None:
    other = counted.station()
    counted.press(counted.make.button(station=other), at("2026-03-11 10:00"))

    assert series(session, station, start=date(2026, 3, 11)).series[0].total == 0
    assert service.read_summary(session, station=station, tz=None, now=NOW).all_count == 0
    for button_id in (uuid4(), counted.make.button(station=other).id):
        with pytest.raises(ButtonNotFound):
            series(session, station, button_id=button_id)
    with pytest.raises(DeckNotFound):
        series(session, station, deck_id=counted.make.deck(station=other).id)
    with pytest.raises(ButtonNotFound):
        ranking.read_usage(
            session, station=station, button_id=counted.make.button(station=other).id, recent=10, now=NOW
        )


def test_a_station_without_buttons_has_a_series_of_nothing(
    session: Session, counted: Counted, station: Station
) -> None:
    counted.watch()

    assert counts(series(session, station, start=date(2026, 3, 10))) == {station.name: [0, 0]}
    assert series(session, station, by=Grouping.BUTTON).series == []


# --- What cannot be asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start": date(2026, 1, 1), "bucket": "hour"}, "query.start"),
        ({"start": date(2026, 1, 1), "tz": "Asia/Tokyo"}, "query.start"),
        ({"start": date(2026, 1, 1), "tz": "Asia/Tokyo", "type": "psa"}, "query.start"),
        ({"deck_id": UUID(int=1), "button_id": UUID(int=2)}, "query.deck_id"),
        ({"deck_id": UUID(int=1), "by": "button"}, "query.by"),
        ({"type": "psa", "by": "deck"}, "query.by"),
        ({"start": date(2015, 1, 1)}, "query.bucket"),
        ({"start": date(2026, 3, 11), "end": date(2026, 3, 11)}, "query.start"),
    ],
)
def test_what_cannot_be_answered_names_the_field(
    session: Session, station: Station, query: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        series(session, station, **query)
    assert [error.field for error in refused.value.errors] == [field]


def test_a_zone_that_the_database_does_not_know(session: Session, station: Station) -> None:
    query = TimeseriesQuery.model_construct(**{**TimeseriesQuery().model_dump(), "tz": "Mars/Olympus_Mons"})
    with pytest.raises(UnknownZone) as refused:
        service.read_timeseries(session, station=station, query=query, now=NOW)
    assert refused.value.errors[0].field == "query.tz"


def test_an_hour_that_was_never_recorded_is_no_zero(
    session: Session, counted: Counted, station: Station, button: Button
) -> None:
    for day in range(1, 12):
        counted.watch(start=at(f"2026-03-{day:02} 08:30"), end=at(f"2026-03-{day:02} 18:00"))
    counted.press(button, at("2026-03-09 10:00"), at("2026-03-09 20:00"))
    query = HeatmapQuery(start=date(2026, 3, 2))

    monday = service.read_heatmap(session, station=station, query=query, now=NOW).counts[0]

    # What came in late shows where nobody was listening.
    assert monday == [*[None] * 8, 0, 0, 1, *[0] * 7, None, None, 1, *[None] * 3]


@pytest.mark.parametrize("bucket", Bucket)
def test_what_is_asked_by_default_can_be_answered_in_any_zone(
    session: Session, station: Station, bucket: Bucket
) -> None:
    assert series(session, station, bucket=bucket, tz="Asia/Tokyo").bucket is bucket


def test_one_button_reaches_over_two_years_of_quarters(session: Session, station: Station, button: Button) -> None:
    query = HeatmapQuery(button_id=button.id, start=date(2024, 3, 11))
    assert service.read_heatmap(session, station=station, query=query, now=NOW).total == 0
    with pytest.raises(InvalidInput):
        service.read_heatmap(session, station=station, query=HeatmapQuery(start=date(2024, 3, 11)), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        service.read_calendar(session, station=station, query=CalendarQuery(tz="Asia/Tokyo"), now=NOW)
    assert refused.value.errors[0].field == "query.tz"


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_hours_are_those_of_the_zone_whatever_zone_the_connection_has(
    session: Session, counted: Counted, zone: str
) -> None:
    station = counted.station(zone)
    button = counted.make.button(station=station)
    counted.watch()
    counted.press(button, at("2026-03-10 04:20"), at("2026-03-10 04:40"))
    session.connection().execute(text("SET LOCAL timezone = 'Asia/Kolkata'"))

    heatmap = service.read_heatmap(session, station=station, query=HeatmapQuery(button_id=button.id), now=NOW)
    hours = series(session, station, bucket="hour", by="button", start=date(2026, 3, 10), end=date(2026, 3, 11))

    # 09:50 and 10:10 in India; 00:20 and 00:40 in New York.
    expected = {9: 1, 10: 1} if zone == "Asia/Kolkata" else {0: 2}
    assert {hour: n for row in heatmap.counts for hour, n in enumerate(row) if n} == expected
    assert {hour: n for hour, n in enumerate(hours.series[0].counts) if n} == expected


# --- Summary and calendar --------------------------------------------------------------------------------------------------


def test_each_span_stands_beside_the_one_before_as_far_as_it_had_come_then(
    session: Session, counted: Counted, station: Station, button: Button
) -> None:
    counted.watch()
    counted.press(
        button,
        at("2026-03-11 12:19"),
        *[at(f"2026-03-10 {clock}") for clock in ("09:00", "12:19:59.9", "12:20", "23:00")],
        *[at(f"2026-03-04 {clock}") for clock in ("12:00", "13:00")],
        at("2026-02-11 12:00"),
        at("2026-02-20 12:00"),
    )

    found = service.read_summary(session, station=station, tz=None, now=NOW)

    today, week, month = found.today, found.week, found.month
    assert (today.press_count, today.before_so_far_count, today.before_count) == (1, 2, 4)
    assert (week.press_count, week.before_so_far_count, week.before_count) == (5, 1, 2)
    assert month is not None
    assert (month.press_count, month.before_so_far_count, month.before_count) == (7, 1, 2)
    assert found.all_count == 9


def test_the_31st_stands_beside_all_of_a_shorter_month(
    session: Session, counted: Counted, station: Station, button: Button
) -> None:
    counted.press(button, at("2026-02-28 23:00"), at("2026-03-01 00:30"))

    found = service.read_summary(session, station=station, tz=None, now=at("2026-03-31 20:00"))

    assert found.month is not None
    assert (found.month.press_count, found.month.before_so_far_count, found.month.before_count) == (1, 1, 1)


def test_a_summary_says_for_how_long_nobody_listened(session: Session, counted: Counted, station: Station) -> None:
    counted.watch(end=at("2026-03-10 18:00"))
    counted.watch(start=at("2026-03-11 06:00"))

    found = service.read_summary(session, station=station, tz=None, now=NOW)

    assert (found.today.not_recording_s, found.today.before_not_recording_s) == (6 * 3600, 6 * 3600)
    assert (found.week.not_recording_s, found.week.before_not_recording_s) == (12 * 3600, 0)


def test_another_zone_has_no_month(session: Session, counted: Counted, station: Station, button: Button) -> None:
    counted.press(button, at("2026-03-10 15:30"))

    found = service.read_summary(session, station=station, tz="Asia/Tokyo", now=NOW)

    assert found.month is None
    assert (found.today.start, found.today.press_count) == (date(2026, 3, 11), 1)


def test_a_year_ends_today(session: Session, counted: Counted, station: Station, button: Button) -> None:
    counted.watch(start=at("2026-01-02"))
    counted.press(button, at("2026-03-11 10:00"), at("2025-12-31 10:00"))

    found = service.read_calendar(session, station=station, query=CalendarQuery(), now=NOW)

    assert (found.year, found.total, len(found.days)) == (2026, 1, 70)
    assert [found.days[place].press_count for place in (0, 1, -1)] == [None, 0, 1]
    leap = service.read_calendar(session, station=station, query=CalendarQuery(year=2024), now=NOW)
    assert (len(leap.days), leap.days[59].day) == (366, date(2024, 2, 29))
