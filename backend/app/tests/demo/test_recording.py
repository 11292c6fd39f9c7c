"""When the demo's server was running."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from app.demo.recording import DAY, Recording, clip, plan_watches, to_us
from app.models import Watch

START = datetime(2026, 1, 1, tzinfo=UTC)


def watch(start_h: float, end_h: float) -> Watch:
    end = START + timedelta(hours=end_h)
    return Watch(started_at=START + timedelta(hours=start_h), last_seen_at=end, ended_at=end)


def at(hour: float) -> int:
    return to_us(START + timedelta(hours=hour))


def test_a_span_begins_with_its_start_and_not_with_its_end() -> None:
    recording = Recording([watch(4, 6), watch(0, 2)])

    assert [recording.is_on(at(hour)) for hour in (-1, 0, 2, 3, 4, 6)] == [False, True, False, False, True, False]


def test_the_next_moment_is_this_one_or_the_start_of_the_next_span() -> None:
    recording = Recording([watch(0, 2), watch(4, 6)])

    assert [recording.next_on(at(hour)) for hour in (1, 2, 6)] == [at(1), at(4), None]


def test_watches_of_several_processes_may_overlap() -> None:
    recording = Recording([watch(0, 8), watch(1, 2)])

    assert recording.is_on(at(5))


def test_planned_watches_are_cut_where_real_ones_begin() -> None:
    cut = list(clip([watch(0, 2), watch(3, 6), watch(7, 9)], end=START + timedelta(hours=4)))

    assert [(each.started_at, each.ended_at) for each in cut] == [
        (START, START + timedelta(hours=2)),
        (START + timedelta(hours=3), START + timedelta(hours=4)),
    ]


def test_planned_watches_do_not_overlap_and_span_the_years() -> None:
    end_us = at(0) + 730 * DAY
    watches = plan_watches(start_us=at(0), end_us=end_us, chance=Random("two years"))

    assert watches[0].started_at == START
    assert to_us(watches[-1].last_seen_at) == end_us
    assert all(before.last_seen_at < after.started_at for before, after in pairwise(watches))
    assert any(each.ended_at is None for each in watches)
