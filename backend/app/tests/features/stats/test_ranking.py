"""Buttons beside each other, and one among its like."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from app.core.errors import InvalidInput
from app.features.stats import ranking
from app.features.stats.schemas import TopOrder, TopQuery, UnusedPublic, UnusedQuery
from app.models import Button, PressStatus, Station
from app.tests.factories import LONG_AGO, Factory
from app.tests.features.stats.counted import NOW, Counted, at

DAY = timedelta(days=1)


def test_buttons_stand_by_use_or_by_how_it_changed(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    # Uses in the last days, and in as many before.
    uses = {"Steady": (3, 3), "Rising": (2, 0), "Falling": (1, 4), "Gone": (0, 1), "Never": (0, 0)}
    for title, (now_count, before_count) in uses.items():
        button = make.button(station=station, title=title)
        counted.press(button, *[at("2026-03-10 10:00")] * now_count, *[at("2026-03-05 10:00")] * before_count)

    def top(order: TopOrder, limit: int = 10) -> list[str]:
        query = TopQuery(start=date(2026, 3, 7), order=order, limit=limit)
        found = ranking.read_top(session, station=station, query=query, now=NOW)
        assert (found.before_start, found.end, found.count) == (date(2026, 3, 2), date(2026, 3, 12), 4)
        return [each.button.title for each in found.data]

    assert top(TopOrder.MOST) == ["Steady", "Rising", "Falling", "Gone"]
    assert top(TopOrder.DECLINING) == ["Falling", "Gone", "Steady", "Rising"]
    assert top(TopOrder.RISING, limit=2) == ["Rising", "Steady"]
    query = TopQuery(start=date(2026, 3, 7))
    changes = {
        each.button.title: each.change for each in ranking.read_top(session, station=station, query=query, now=NOW).data
    }
    assert changes == {"Steady": 0.0, "Rising": None, "Falling": -0.75, "Gone": -1.0}


@pytest.mark.parametrize("tz", [None, "Asia/Tokyo"])
@pytest.mark.parametrize("days", [1, 7])
def test_what_is_not_over_is_compared_with_as_much_of_what_was_before(
    session: Session, counted: Counted, station: Station, button: Button, tz: str | None, days: int
) -> None:
    counted.press(button, *[at("2026-03-11 12:00") - n * DAY / 24 for n in range(24 * 30)])
    now = at("2026-03-11 12:15")

    query = TopQuery(start=date(2026, 3, 12) - days * DAY, end=date(2026, 3, 20), tz=tz)
    (found,) = ranking.read_top(session, station=station, query=query, now=now).data

    assert (found.difference, found.change) == (0, 0.0)
    hours_today = 22 if tz else 13
    assert found.press_count == (days - 1) * 24 + hours_today


def test_retired_buttons_are_no_news_of_decline(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    for title, retired_at in (("Here", None), ("Gone", NOW - DAY)):
        counted.press(make.button(station=station, title=title, retired_at=retired_at), at("2026-03-05 10:00"))

    def titles(**query: Any) -> list[str]:
        asked = TopQuery(start=date(2026, 3, 7), order=TopOrder.DECLINING, **query)
        return [each.button.title for each in ranking.read_top(session, station=station, query=asked, now=NOW).data]

    assert titles() == ["Here"]
    assert titles(state="retired") == ["Gone"]
    assert titles(state="all") == ["Gone", "Here"]


def test_a_comparison_says_what_was_not_recorded(session: Session, counted: Counted, station: Station) -> None:
    counted.watch(start=at("2026-03-06 12:00"))
    query = TopQuery(start=date(2026, 3, 7))

    found = ranking.read_top(session, station=station, query=query, now=NOW)

    assert (found.not_recording_s, found.before_not_recording_s) == (0, 4.5 * 86_400)


def test_a_comparison_elsewhere_reaches_over_both_spans(session: Session, station: Station) -> None:
    for days, is_fine in ((14, True), (15, False)):
        query = TopQuery(start=date(2026, 3, 12) - days * DAY, tz="Asia/Tokyo")
        with nullcontext() if is_fine else pytest.raises(InvalidInput):
            ranking.read_top(session, station=station, query=query, now=NOW)


def unused(session: Session, station: Station, skip: int = 0, limit: int = 50, **query: Any) -> UnusedPublic:
    asked = UnusedQuery.model_validate({"days": 30} | query)
    return ranking.read_unused(session, station=station, query=asked, skip=skip, limit=limit, now=NOW)


def test_what_is_not_used_is_listed_and_what_never_was_comes_first(
    session: Session, counted: Counted, make: Factory, station: Station
) -> None:
    made: dict[str, Any] = {"station": station, "created_at": LONG_AGO}
    counted.press(make.button(**made, title="In use"), NOW - 31 * DAY, NOW - 29 * DAY)
    counted.press(make.button(**made, title="Not lately"), NOW - 60 * DAY, NOW - 31 * DAY)
    counted.press(make.button(**made, title="Long gone"), NOW - 50 * DAY)
    make.button(**made, title="Never")
    make.button(station=station, title="New", created_at=NOW - DAY)
    make.button(**made, title="Retired", retired_at=NOW - DAY)
    tried = make.button(station=station, title="Only tried", created_at=LONG_AGO - DAY)
    counted.press(tried, NOW - DAY, status=PressStatus.TEST)

    found = unused(session, station)

    assert [each.button.title for each in found.data] == ["Only tried", "Never", "Long gone", "Not lately"]
    assert found.count == 4
    last = found.data[-1]
    assert (last.first_used_at, last.last_used_at, last.usage_count) == (NOW - 60 * DAY, NOW - 31 * DAY, 2)
    assert found.data[0].last_used_at is None
    assert [each.button.title for each in unused(session, station, state="retired").data] == ["Retired"]
    assert unused(session, station, state="all").count == 5
    beyond = unused(session, station, skip=4)
    assert (beyond.data, beyond.count) == ([], 4)
    assert unused(session, station, type="station_id").count == 0


def test_the_use_of_a_button(session: Session, counted: Counted, make: Factory, station: Station) -> None:
    counted.watch()
    button = make.button(station=station, title="Buckle up")
    key = make.press_key(button=button, deck=make.deck(station=station, name="Studio"))
    counted.press(button, *[NOW - n * DAY for n in range(12)])
    counted.press(button, NOW - timedelta(hours=1), press_key=key)
    counted.press(button, NOW, status=PressStatus.SUPPRESSED)
    counted.press(make.button(station=station, title="Snow", type="PSA"), *[NOW] * 20)
    make.button(station=station, title="Jingle", type="sound_effect")
    make.button(station=station, title="Old", retired_at=NOW)

    found = ranking.read_usage(session, station=station, button_id=button.id, recent=10, now=NOW)

    assert (found.usage_count, found.first_used_at, found.last_used_at) == (13, NOW - 11 * DAY, NOW)
    assert [each.timestamp for each in found.recent_uses][:3] == [NOW, NOW - timedelta(hours=1), NOW - DAY]
    assert [each.deck and each.deck.name for each in found.recent_uses][:2] == [None, "Studio"]
    assert len(found.recent_uses) == 10
    assert (found.trend.series[0].title, found.trend.series[0].total) == ("Buckle up", 13)
    assert len(found.trend.buckets) == 90
    assert (found.heatmap.total, found.heatmap.start) == (13, date(2025, 3, 12))
    assert [(each.button.title, each.press_count, each.is_itself) for each in found.neighbours] == [
        ("Snow", 20, False),
        ("Buckle up", 13, True),
    ]


def test_a_button_is_always_among_its_neighbours(
    session: Session, counted: Counted, make: Factory, station: Station, button: Button, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "MAX_NEIGHBOURS", 2)
    for number in (1, 2):
        counted.press(make.button(station=station, title=f"B{number}"), *[NOW] * number)

    found = ranking.read_usage(session, station=station, button_id=button.id, recent=10, now=NOW)

    assert [(each.button.title, each.is_itself) for each in found.neighbours] == [("B2", False), ("Buckle up", True)]


def test_a_button_that_was_never_used_has_a_usage_too(session: Session, station: Station, button: Button) -> None:
    found = ranking.read_usage(session, station=station, button_id=button.id, recent=10, now=NOW)

    assert (found.usage_count, found.recent_uses, found.first_used_at) == (0, [], None)
    assert found.trend.series[0].total == 0
    assert [each.is_itself for each in found.neighbours] == [True]
