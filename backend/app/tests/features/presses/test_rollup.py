from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, SQLModel, col, select

from app.features.presses import rollup
from app.models import (
    NO_DECK,
    Button,
    ButtonTally,
    PressStatus,
    RollupDay,
    RollupDeckDay,
    RollupDeckQuarter,
    RollupHour,
    RollupQuarter,
    Station,
)
from app.tests.factories import LONG_AGO, Factory


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(zone="America/New_York")


@pytest.fixture
def button(make: Factory, station: Station) -> Button:
    return make.button(station=station)


def days(session: Session, station: Station) -> list[tuple[str, int]]:
    rows = session.exec(select(RollupDay).where(RollupDay.station_id == station.id).order_by(col(RollupDay.day)))
    return [(row.day.isoformat(), row.press_count) for row in rows]


def test_a_rebuild_counts_what_counts_and_nothing_else(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    for status in PressStatus:
        recorded = PressStatus.COUNTED if status is PressStatus.VOID else status
        make.press(button=button, status=recorded, effective_status=status)
    make.press(button=make.button(station=make.station()))

    rollup.rebuild(session, station_id=station.id)

    quarters = session.exec(select(RollupQuarter).where(RollupQuarter.station_id == station.id)).all()
    assert [(row.quarter_start, row.press_count) for row in quarters] == [(LONG_AGO, 1)]
    assert days(session, station) == [("2025-12-31", 1)]
    assert session.get_one(ButtonTally, (station.id, button.id), populate_existing=True).press_count == 1


def test_a_quarter_takes_its_start_and_leaves_its_end(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    quarter = timedelta(minutes=15)
    for pressed_at in (LONG_AGO, LONG_AGO + quarter - timedelta.resolution, LONG_AGO + quarter):
        make.press(button=button, pressed_at=pressed_at)

    rollup.rebuild(session, station_id=station.id)

    rows = session.exec(select(RollupQuarter).order_by(col(RollupQuarter.quarter_start))).all()
    assert [(row.quarter_start, row.press_count) for row in rows] == [(LONG_AGO, 2), (LONG_AGO + quarter, 1)]


def test_days_are_cut_at_the_stations_midnight_and_cut_anew_for_another_zone(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    # The last minute of a day of 23 hours in New York, and the first of the next.
    for minute in (59, 60):
        make.press(button=button, pressed_at=datetime(2026, 3, 9, 3, tzinfo=UTC) + timedelta(minutes=minute))
    rollup.rebuild(session, station_id=station.id)
    assert days(session, station) == [("2026-03-08", 1), ("2026-03-09", 1)]

    station.zone = "Asia/Kathmandu"
    session.flush()
    rollup.rebuild_days(session, station_id=station.id, zone="Asia/Kathmandu")

    assert days(session, station) == [("2026-03-09", 2)]
    assert rollup.differences(session, station_id=station.id) == []


def test_days_are_not_cut_in_a_zone_that_is_not_stored(session: Session, station: Station) -> None:
    with pytest.raises(ValueError, match="flush"):
        rollup.rebuild_days(session, station_id=station.id, zone="Asia/Kathmandu")


def _add_quarter(session: Session, button: Button) -> SQLModel:
    return RollupQuarter(station_id=button.station_id, button_id=button.id, quarter_start=LONG_AGO, press_count=2)


def _add_hour(session: Session, button: Button) -> SQLModel:
    return RollupHour(station_id=button.station_id, button_id=button.id, hour_start=LONG_AGO, press_count=2)


def _add_day(session: Session, button: Button) -> SQLModel:
    return RollupDay(station_id=button.station_id, button_id=button.id, day=date(2026, 1, 1), press_count=2)


def _add_deck_quarter(session: Session, button: Button) -> SQLModel:
    return RollupDeckQuarter(station_id=button.station_id, deck_id=button.id, quarter_start=LONG_AGO, press_count=2)


def _add_deck_day(session: Session, button: Button) -> SQLModel:
    return RollupDeckDay(station_id=button.station_id, deck_id=button.id, day=date(2026, 1, 1), press_count=2)


def _miscount_tally(session: Session, button: Button) -> SQLModel:
    tally = session.get_one(ButtonTally, (button.station_id, button.id))
    tally.press_count = 2
    return tally


@pytest.mark.parametrize(
    ("spoil", "table"),
    [
        (_add_quarter, "rollup_quarter"),
        (_add_hour, "rollup_hour"),
        (_add_day, "rollup_day"),
        (_add_deck_quarter, "rollup_deck_quarter"),
        (_add_deck_day, "rollup_deck_day"),
        (_miscount_tally, "button_tally"),
    ],
)
def test_a_count_that_no_press_stands_behind_is_a_difference(
    session: Session, button: Button, spoil: Callable[[Session, Button], SQLModel], table: str
) -> None:
    session.add(spoil(session, button))
    session.flush()

    differences = rollup.differences(session, station_id=button.station_id)

    assert {(each.table, each.owner_id) for each in differences} == {(table, button.id)}
    assert sum(each.stored or 0 for each in differences) == 2
    rollup.rebuild(session, station_id=button.station_id)
    assert rollup.differences(session, station_id=button.station_id) == []


def test_a_press_that_was_never_counted_is_a_difference_everywhere(
    session: Session, make: Factory, button: Button
) -> None:
    make.press(button=button)

    found = {(each.table, each.owner_id) for each in rollup.differences(session, station_id=button.station_id)}

    assert found == {
        ("rollup_quarter", button.id),
        ("rollup_hour", button.id),
        ("rollup_day", button.id),
        ("rollup_deck_quarter", NO_DECK),
        ("rollup_deck_day", NO_DECK),
        ("button_tally", button.id),
    }


def test_a_press_of_a_deck_that_was_never_counted_is_a_difference_of_the_deck_too(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    deck = make.deck(station=station)
    make.press(button=button, press_key=make.press_key(button=button, deck=deck))

    found = {(each.table, each.owner_id) for each in rollup.differences(session, station_id=station.id)}

    assert {("rollup_deck_quarter", deck.id), ("rollup_deck_day", deck.id)} < found
    rollup.rebuild(session, station_id=station.id)
    assert rollup.differences(session, station_id=station.id) == []
    quarters = session.exec(select(RollupDeckQuarter).where(RollupDeckQuarter.station_id == station.id)).all()
    assert [(row.deck_id, row.quarter_start, row.press_count) for row in quarters] == [(deck.id, LONG_AGO, 1)]


def test_a_correction_moves_the_counts_of_its_deck(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    deck = make.deck(station=station)
    press = make.press(button=button, press_key=make.press_key(button=button, deck=deck))
    rollup.rebuild(session, station_id=station.id)

    for by, counts in ((-1, [0]), (1, [1])):
        rollup.move(session, press=press, by=by)
        assert (
            list(session.exec(select(col(RollupDeckDay.press_count)).where(RollupDeckDay.deck_id == deck.id))) == counts
        )
        quarter = select(col(RollupDeckQuarter.press_count)).where(RollupDeckQuarter.deck_id == deck.id)
        assert list(session.exec(quarter)) == counts


def test_days_of_a_deck_are_cut_anew_for_another_zone(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    key = make.press_key(button=button, deck=make.deck(station=station))
    make.press(button=button, press_key=key, pressed_at=datetime(2026, 3, 9, 3, tzinfo=UTC))
    rollup.rebuild(session, station_id=station.id)
    station.zone = "Asia/Kathmandu"
    session.flush()

    rollup.rebuild_days(session, station_id=station.id, zone="Asia/Kathmandu")

    assert list(session.exec(select(col(RollupDeckDay.day)).where(RollupDeckDay.deck_id == key.deck_id))) == [
        date(2026, 3, 9)
    ]
    assert rollup.differences(session, station_id=station.id) == []


def test_a_stored_zero_is_no_difference(session: Session, button: Button) -> None:
    row = _add_quarter(session, button)
    assert isinstance(row, RollupQuarter)
    row.press_count = 0
    session.add(row)
    session.flush()

    assert rollup.differences(session, station_id=button.station_id) == []


def test_a_last_press_that_is_not_the_last_is_a_difference(session: Session, make: Factory, button: Button) -> None:
    make.press(button=button)
    rollup.rebuild(session, station_id=button.station_id)
    session.expire_all()
    session.get_one(ButtonTally, (button.station_id, button.id)).last_pressed_at = LONG_AGO + timedelta(days=1)
    session.flush()

    differences = rollup.differences(session, station_id=button.station_id)

    assert {each.table for each in differences} == {"button_tally"}
