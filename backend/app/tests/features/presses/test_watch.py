from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.features.presses.watch import HEARTBEAT, MAX_SILENCE, Interval, gaps_between, read_gaps, read_station_gaps
from app.models import ImportedSpan, Watch
from app.tests.factories import LONG_AGO, Factory

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def at(seconds: float) -> datetime:
    return LONG_AGO + seconds * SECOND


def span(start: float, end: float) -> Interval:
    return Interval(at(start), at(end))


@pytest.mark.parametrize(
    ("watches", "gaps"),
    [
        ([], [span(0, 100)]),
        ([span(0, 100)], []),
        ([span(-50, 150)], []),
        ([span(10, 90)], [span(0, 10), span(90, 100)]),
        ([span(0, 40), span(60, 100)], [span(40, 60)]),
        # Two workers, one of which outlives the other.
        ([span(0, 90), span(10, 20)], [span(90, 100)]),
        ([span(50, 100), span(0, 50)], []),
        ([span(-20, -10), span(110, 120)], [span(0, 100)]),
        ([span(-20, 0), span(100, 120)], [span(0, 100)]),
        ([span(30, 30)], [span(0, 30), span(30, 100)]),
    ],
)
def test_gaps_are_what_no_watch_covers(watches: list[Interval], gaps: list[Interval]) -> None:
    assert gaps_between(watches, start=at(0), end=at(100)) == gaps


def test_an_empty_range_has_no_gap() -> None:
    assert gaps_between([], start=at(0), end=at(0)) == []
    assert gaps_between([span(5, 10)], start=at(20), end=at(0)) == []


seconds = st.integers(-20, 120)
watch_spans = st.tuples(seconds, seconds).map(lambda pair: span(min(pair), max(pair)))


@given(watches=st.lists(watch_spans, max_size=8))
@settings(derandomize=True, database=None, deadline=None)
def test_every_second_is_either_watched_or_in_one_gap(watches: list[Interval]) -> None:
    gaps = gaps_between(watches, start=at(0), end=at(100))

    for second in range(100):
        instant = at(second + 0.5)
        is_watched = any(watch.start <= instant < watch.end for watch in watches)
        in_gaps = sum(gap.start <= instant < gap.end for gap in gaps)
        assert in_gaps == (not is_watched)
    assert all(gap.start < gap.end for gap in gaps)
    assert gaps == sorted(gaps, key=lambda gap: gap.start)


def add_watch(session: Session, start: float, last_seen: float, *, end: float | None = None) -> None:
    ended_at = None if end is None else at(end)
    session.add(Watch(id=uuid4(), started_at=at(start), last_seen_at=at(last_seen), ended_at=ended_at))
    session.flush()


def gaps_of(session: Session, start: float, end: float) -> list[Interval]:
    return [Interval(gap.started_at, gap.ended_at) for gap in read_gaps(session, start=at(start), end=at(end))]


def test_a_watch_that_ended_counts_to_its_end(session: Session) -> None:
    add_watch(session, 0, 50, end=50)

    assert gaps_of(session, 0, 100) == [span(50, 100)]


def test_a_watch_that_fell_silent_counts_to_its_last_sign_of_life(session: Session) -> None:
    add_watch(session, 0, 50)

    assert gaps_of(session, 0, 100) == [span(50, 100)]


def test_a_watch_whose_next_sign_is_not_overdue_goes_on(session: Session) -> None:
    silence = MAX_SILENCE.total_seconds()
    add_watch(session, 0, 1000 - silence)

    assert gaps_of(session, 0, 1000) == []
    assert gaps_of(session, 0, 1000.001) == [span(1000 - silence, 1000.001)]


def test_a_watch_that_goes_on_covers_a_range_that_began_after_its_last_sign(session: Session) -> None:
    add_watch(session, 0, 100)

    assert gaps_of(session, 100 + HEARTBEAT.total_seconds() / 2, 100 + HEARTBEAT.total_seconds()) == []


def test_watches_outside_the_range_do_not_matter(session: Session) -> None:
    add_watch(session, -2000, -1000, end=-1000)
    add_watch(session, 2000, 3000, end=3000)

    assert gaps_of(session, 0, 1000) == [span(0, 1000)]


def test_the_range_is_half_open(session: Session) -> None:
    add_watch(session, 0, 100, end=100)
    add_watch(session, 200, 300, end=300)

    assert gaps_of(session, 100, 200) == [span(100, 200)]
    assert gaps_of(session, 0, 100) == []


def test_the_present_is_not_a_gap_while_a_watch_of_another_process_goes_on(session: Session) -> None:
    add_watch(session, 0, 3600, end=3600)
    add_watch(session, 1800, 3590)

    assert gaps_of(session, 0, 3600) == []
    assert read_gaps(session, start=LONG_AGO, end=LONG_AGO + HOUR) == []


def test_where_another_installation_recorded_is_no_gap_of_that_station(session: Session, make: Factory) -> None:
    add_watch(session, 500, 1000, end=1000)
    station, other = make.station(), make.station()
    session.add(ImportedSpan(station_id=station.id, started_at=at(100), ended_at=at(450)))
    session.flush()

    found, elsewhere = (
        [
            Interval(gap.started_at, gap.ended_at)
            for gap in read_station_gaps(session, station_id=each.id, start=at(0), end=at(1000))
        ]
        for each in (station, other)
    )

    assert found == [span(0, 100), span(450, 500)]
    assert elsewhere == [span(0, 500)]
