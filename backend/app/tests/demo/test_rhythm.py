"""Weeks at the demo's station look like those of a station."""

from collections import Counter
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.demo import catalog
from app.demo.recording import Recording, from_us, plan_watches, random_uuid
from app.demo.rhythm import Rhythm, season
from app.demo.station import DemoStation, Period, build_station


@pytest.fixture(scope="module")
def station() -> DemoStation:
    """Eight weeks of the spring term, without its break."""
    chance = Random("a spring")
    period = Period.of(until=date(2026, 5, 16), years=56 / 365.25)
    watches = plan_watches(start_us=period.start_us, end_us=period.end_us, chance=chance)
    recording = Recording(watches)
    return build_station(
        name="W",
        items=catalog.ITEMS,
        period=period,
        recording=recording,
        editor=random_uuid(chance),
        chance=chance,
    )


@pytest.fixture(scope="module")
def uses(station: DemoStation) -> list[tuple[datetime, str]]:
    """(local time, type) of each press of a key."""
    zone = ZoneInfo(catalog.ZONE)
    return [
        (from_us(use.at_us).astimezone(zone), station.buttons[use.button].item.type)
        for _, of_hour in Rhythm(station, chance=Random("a spring")).hours()
        for use in of_hour
    ]


def test_sundays_are_quieter_than_weekdays(uses: list[tuple[datetime, str]]) -> None:
    by_weekday = Counter(at.weekday() for at, _ in uses)

    assert by_weekday[6] < 0.85 * min(by_weekday[day] for day in range(5))


def test_nights_are_quiet(uses: list[tuple[datetime, str]]) -> None:
    by_hour = Counter(at.hour for at, _ in uses)

    assert max(by_hour[hour] for hour in (2, 3, 4)) < 0.4 * by_hour[8]


def test_station_ids_air_near_the_top_of_the_hour(uses: list[tuple[datetime, str]]) -> None:
    ids = [at for at, kind in uses if kind == catalog.STATION_ID and at.date() > date(2026, 3, 21)]
    near = [at for at in ids if at.minute >= 58 or at.minute <= 3]

    # The others are tried out in test mode.
    assert len(near) > 0.98 * len(ids)
    assert 0.9 < len(near) / (55 * 24) < 1.0


def test_many_stations_keep_the_hours_of_one(station: DemoStation, uses: list[tuple[datetime, str]]) -> None:
    zone, by_hour = ZoneInfo(catalog.ZONE), Counter(at.hour for at, _ in uses)
    overlaid: Counter[int] = Counter()
    for _, of_hour in Rhythm(station, chance=Random("a crowd"), times=10.5).hours():
        overlaid.update(from_us(use.at_us).astimezone(zone).hour for use in of_hour)

    assert overlaid.total() == pytest.approx(10.5 * len(uses), rel=0.05)
    assert max(overlaid[hour] for hour in (2, 3, 4)) < 0.4 * overlaid[8]
    assert overlaid[12] / overlaid[8] == pytest.approx(by_hour[12] / by_hour[8], rel=0.25)


def test_a_term_is_busier_than_its_breaks() -> None:
    assert season(date(2026, 2, 10)) == 1.0
    assert season(date(2026, 12, 31)) < season(date(2026, 7, 4)) < 1.0
