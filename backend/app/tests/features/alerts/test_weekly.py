"""The weekly mail: to whom, when, and what it says of a week that was made up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.features.alerts import weekly
from app.features.alerts.service import Links
from app.features.presses import rollup
from app.models import Button, ImportedSpan, Job, Member, Press, Station, Telling, Told, Watch
from app.tests.factories import Factory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# The week of Monday, 16 November 2026 in New York: from five in the morning, UTC.
MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)
LINKS = Links(public_url="http://tracker.test", secret_key="k" * 32)
DUE = MONDAY + 7 * DAY + 8 * HOUR


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(name="WXYZ", zone="America/New_York", created_at=MONDAY - 90 * DAY)


@pytest.fixture
def member(make: Factory, station: Station) -> Member:
    member = make.member(station=station, user=make.user(email="manager@station.test"))
    member.wants_weekly_mail = True
    make.session.add(member)
    return member


def tell(session: Session, station: Station, *, at: datetime = DUE) -> int:
    """How many mails were queued."""
    before = len(contexts(session))
    weekly.tell_of_week(session, station=station, links=LINKS, now=at)
    return len(contexts(session)) - before


def contexts(session: Session) -> list[dict[str, Any]]:
    return [job.payload["context"] for job in session.exec(select(Job))]


def press(make: Factory, button: Button, *, at: datetime, times: int = 1) -> list[Press]:
    return [make.press(button=button, pressed_at=at + place * HOUR, received_at=at) for place in range(times)]


def watch(session: Session, start: datetime, end: datetime) -> None:
    session.add(Watch(started_at=start, last_seen_at=end, ended_at=end))
    session.flush()


def test_the_mail_says_what_the_week_was_like(
    session: Session, make: Factory, station: Station, member: Member
) -> None:
    buckle_up = make.button(station=station, title="Buckle up", created_at=MONDAY - 90 * DAY)
    smoke = make.button(station=station, title="Smoke alarms", created_at=MONDAY - 90 * DAY)
    make.button(station=station, title="Old promo", created_at=MONDAY - 200 * DAY)
    press(make, buckle_up, at=MONDAY, times=3)
    press(make, smoke, at=MONDAY + 6 * DAY + 23 * HOUR)
    # Half an hour before midnight between the weeks, and at midnight after them.
    press(make, buckle_up, at=MONDAY - HOUR / 2)
    press(make, smoke, at=MONDAY + 7 * DAY)
    rollup.rebuild(session, station_id=station.id)
    deck = make.deck(station=station)
    session.add(
        Told(
            station_id=station.id,
            kind=Telling.DECK_QUIET,
            subject_id=deck.id,
            moment=MONDAY + 2 * DAY,
            told_at=MONDAY + 2 * DAY + 4 * HOUR,
        )
    )
    watch(session, MONDAY - 90 * DAY, MONDAY + DAY)
    watch(session, MONDAY + DAY + 3 * HOUR + HOUR / 3, MONDAY + 5 * DAY)
    watch(session, MONDAY + 5 * DAY + timedelta(seconds=30), DUE)

    assert tell(session, station) == 1

    (said,) = contexts(session)
    assert said.pop("stop_link").startswith("http://tracker.test/stop-mail#")
    assert said == {
        "station": "WXYZ",
        "week": "Mon 16 Nov – Sun 22 Nov 2026 (America/New_York)",
        "count": 4,
        "before_count": 1,
        "top": [
            {"title": "Buckle up", "count": 3, "before_count": 1},
            {"title": "Smoke alarms", "count": 1, "before_count": 0},
        ],
        "unused": [{"title": "Old promo", "last_used": "never used"}],
        "unused_more": 0,
        "quiet": [{"deck": "Studio A", "since": "last heard Wed 18 Nov 2026, 00:00 EST"}],
        "gaps": [{"start": "Tue 17 Nov 2026, 00:00 EST", "end": "Tue 17 Nov 2026, 03:20 EST", "length": "3 h 20 min"}],
        "link": f"http://tracker.test/insights?station={station.id}&start=2026-11-16&end=2026-11-23",
    }


def test_each_member_gets_a_week_once(session: Session, make: Factory, station: Station, member: Member) -> None:
    assert [tell(session, station, at=DUE + minutes * timedelta(minutes=10)) for minutes in range(3)] == [1, 0, 0]
    late = make.member(station=station)
    late.wants_weekly_mail = True
    session.add(late)
    assert tell(session, station, at=DUE + 3 * DAY) == 1
    assert tell(session, station, at=DUE + 7 * DAY) == 2


def test_another_zone_does_not_make_it_another_week(session: Session, station: Station, member: Member) -> None:
    assert tell(session, station) == 1
    station.zone = "Asia/Tokyo"
    session.add(station)
    session.flush()
    assert tell(session, station, at=DUE + HOUR) == 0


def test_what_was_brought_from_another_installation_was_recorded(
    session: Session, station: Station, member: Member
) -> None:
    session.add(ImportedSpan(station_id=station.id, started_at=MONDAY - DAY, ended_at=MONDAY + 3 * DAY))
    watch(session, MONDAY + 3 * DAY, DUE)
    tell(session, station)
    (said,) = contexts(session)
    assert said["gaps"] == []


def test_who_does_not_want_it_gets_none(session: Session, make: Factory, station: Station) -> None:
    make.member(station=station)
    assert tell(session, station) == 0
    assert contexts(session) == []


def test_it_is_not_sent_before_monday_at_eight_on_the_stations_clocks(
    session: Session, station: Station, member: Member
) -> None:
    assert tell(session, station, at=DUE - timedelta(seconds=1)) == 0
    assert tell(session, station, at=DUE) == 1


def test_a_station_is_not_told_of_a_week_before_it_was_there(session: Session, make: Factory) -> None:
    station = make.station(created_at=DUE - 3 * HOUR)
    member = make.member(station=station)
    member.wants_weekly_mail = True
    session.add(member)
    assert tell(session, station, at=DUE + DAY) == 0


def test_a_week_without_a_press_is_told_as_such(session: Session, station: Station, member: Member) -> None:
    watch(session, MONDAY - 90 * DAY, DUE)
    assert tell(session, station) == 1
    (said,) = contexts(session)
    assert (said["count"], said["before_count"], said["top"], said["gaps"]) == (0, 0, [], [])


def test_only_the_longest_gaps_are_listed_in_their_order(session: Session, station: Station, member: Member) -> None:
    start = MONDAY - 90 * DAY
    for place in range(7):
        end = MONDAY + place * DAY
        watch(session, start, end)
        start = end + (place + 1) * HOUR
    watch(session, start, DUE)

    tell(session, station)

    (said,) = contexts(session)
    assert [gap["length"] for gap in said["gaps"]] == ["3 h", "4 h", "5 h", "6 h", "7 h"]
