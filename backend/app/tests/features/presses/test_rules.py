from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.features.presses.rules import (
    EARLIEST_CREDIBLE,
    LARGE_OFFSET,
    MAX_CLOCK_AHEAD,
    ButtonState,
    ClockReading,
    DeckState,
    PressMoment,
    classify,
    corrected_status,
    read_clocks,
)
from app.models import CorrectionKind, PressStatus

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TWO_SECONDS = 2 * SECOND

reproducible = settings(derandomize=True, database=None, deadline=None)
instants = st.datetimes(timezones=st.just(UTC))


def press_at(pressed_at: datetime, *, is_preview: bool = False) -> PressMoment:
    return PressMoment(pressed_at=pressed_at, received_at=NOON, is_preview=is_preview)


def button(*counted_at: datetime, window: timedelta = TWO_SECONDS, is_retired: bool = False) -> ButtonState:
    state = ButtonState(retired_at=NOON if is_retired else None, dedup_window=window)
    state.add_counted(counted_at)
    return state


NO_DECK = DeckState()
DECK_IN_TEST = DeckState(test_mode_until=NOON + SECOND)


@pytest.mark.parametrize(
    ("is_preview", "deck", "is_retired", "has_neighbour", "status"),
    [
        (False, NO_DECK, False, False, PressStatus.COUNTED),
        (False, NO_DECK, False, True, PressStatus.SUPPRESSED),
        (False, NO_DECK, True, False, PressStatus.RETIRED),
        (False, NO_DECK, True, True, PressStatus.RETIRED),
        (False, DECK_IN_TEST, False, False, PressStatus.TEST),
        (False, DECK_IN_TEST, False, True, PressStatus.TEST),
        (False, DECK_IN_TEST, True, False, PressStatus.TEST),
        (False, DECK_IN_TEST, True, True, PressStatus.TEST),
        *(
            (True, *rest, PressStatus.IGNORED)
            for rest in product((NO_DECK, DECK_IN_TEST), (False, True), (False, True))
        ),
    ],
)
def test_the_first_reason_that_fits_decides_what_a_press_counts_as(
    is_preview: bool, deck: DeckState, is_retired: bool, has_neighbour: bool, status: PressStatus
) -> None:
    state = button(*([NOON] if has_neighbour else []), is_retired=is_retired)

    assert classify(press_at(NOON, is_preview=is_preview), button=state, deck=deck) is status


@pytest.mark.parametrize(
    ("away", "status"),
    [
        (timedelta(0), PressStatus.SUPPRESSED),
        (TWO_SECONDS - timedelta.resolution, PressStatus.SUPPRESSED),
        (TWO_SECONDS, PressStatus.COUNTED),
        (TWO_SECONDS + timedelta.resolution, PressStatus.COUNTED),
    ],
)
@pytest.mark.parametrize("side", [-1, 1])
def test_a_window_reaches_as_far_back_as_forward_and_leaves_its_ends_out(
    away: timedelta, side: int, status: PressStatus
) -> None:
    assert classify(press_at(NOON + side * away), button=button(NOON), deck=NO_DECK) is status


def test_without_a_window_two_presses_of_one_instant_both_count() -> None:
    state = button(NOON, window=timedelta(0))

    assert classify(press_at(NOON), button=state, deck=NO_DECK) is PressStatus.COUNTED


@pytest.mark.parametrize(
    ("test_mode_until", "is_in_test_mode"), [(None, False), (NOON, False), (NOON + timedelta.resolution, True)]
)
def test_test_mode_ends_with_its_last_instant(test_mode_until: datetime | None, is_in_test_mode: bool) -> None:
    assert DeckState(test_mode_until).is_in_test_mode(at=NOON) is is_in_test_mode


def classify_all(pressed: list[datetime], *, window: timedelta) -> list[PressStatus]:
    """What presses of one button count as, in their order of receipt."""
    state = button(window=window)
    statuses = []
    for instant in pressed:
        status = classify(press_at(instant), button=state, deck=NO_DECK)
        if status is PressStatus.COUNTED:
            state.add_counted((instant,))
        statuses.append(status)
    return statuses


@pytest.mark.parametrize(
    ("seconds", "counted"), [((0, 1.5, 3), [True, False, True]), ((1.5, 0, 3), [True, False, False])]
)
def test_a_press_is_held_against_counted_presses_in_order_of_receipt(
    seconds: tuple[float, ...], counted: list[bool]
) -> None:
    statuses = classify_all([NOON + each * SECOND for each in seconds], window=TWO_SECONDS)

    assert [status is PressStatus.COUNTED for status in statuses] == counted


def classify_all_naively(pressed: list[datetime], *, window: timedelta) -> list[PressStatus]:
    counted: list[datetime] = []
    statuses = []
    for instant in pressed:
        is_near = any(abs(instant - other) < window for other in counted)
        if not is_near:
            counted.append(instant)
        statuses.append(PressStatus.SUPPRESSED if is_near else PressStatus.COUNTED)
    return statuses


@given(
    pressed=st.lists(st.integers(0, 40).map(lambda half_seconds: NOON + half_seconds * SECOND / 2), max_size=60),
    window=st.sampled_from([timedelta(0), SECOND / 2, TWO_SECONDS, timedelta(hours=1)]),
)
@reproducible
def test_classifying_agrees_with_looking_at_every_counted_press(pressed: list[datetime], window: timedelta) -> None:
    assert classify_all(pressed, window=window) == classify_all_naively(pressed, window=window)


@pytest.mark.parametrize(
    ("claimed_at", "sent_at", "reading"),
    [
        (None, None, ClockReading(NOON, None, is_suspect=False)),
        # An exact clock.
        (NOON - SECOND, NOON, ClockReading(NOON - SECOND, 0, is_suspect=False)),
        # The device is a minute behind, then a minute ahead: the claim is moved by as much.
        (
            NOON - timedelta(minutes=1, seconds=3),
            NOON - timedelta(minutes=1),
            ClockReading(NOON - 3 * SECOND, 60_000, is_suspect=False),
        ),
        (
            NOON + timedelta(minutes=1) - 3 * SECOND,
            NOON + timedelta(minutes=1),
            ClockReading(NOON - 3 * SECOND, -60_000, is_suspect=False),
        ),
        # A day off is still told by `sent_at`, but marked.
        (
            NOON + timedelta(days=1) - 3 * SECOND,
            NOON + timedelta(days=1),
            ClockReading(NOON - 3 * SECOND, -86_400_000, is_suspect=True),
        ),
        (None, NOON - timedelta(days=1), ClockReading(NOON, 86_400_000, is_suspect=True)),
        (None, NOON - LARGE_OFFSET, ClockReading(NOON, 300_000, is_suspect=False)),
        # Without `sent_at` a claim is believed up to five minutes ahead.
        (NOON + MAX_CLOCK_AHEAD, None, ClockReading(NOON + MAX_CLOCK_AHEAD, None, is_suspect=False)),
        (NOON + MAX_CLOCK_AHEAD + timedelta.resolution, None, ClockReading(NOON, None, is_suspect=True)),
        # Kept in an outbox for a week.
        (NOON - timedelta(days=7), None, ClockReading(NOON - timedelta(days=7), None, is_suspect=False)),
        # A clock that was never set.
        (EARLIEST_CREDIBLE, None, ClockReading(EARLIEST_CREDIBLE, None, is_suspect=False)),
        (EARLIEST_CREDIBLE - timedelta.resolution, None, ClockReading(NOON, None, is_suspect=True)),
        (datetime(1970, 1, 1, tzinfo=UTC), None, ClockReading(NOON, None, is_suspect=True)),
        (
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(1970, 1, 1, 0, 0, 3, tzinfo=UTC),
            ClockReading(NOON - 3 * SECOND, 1_777_636_797_000, is_suspect=True),
        ),
        # A part of a millisecond is rounded down, as every offset is.
        (None, NOON - timedelta(microseconds=1999), ClockReading(NOON, 1, is_suspect=False)),
        (None, NOON + timedelta(microseconds=1), ClockReading(NOON, -1, is_suspect=False)),
    ],
)
def test_two_clocks_tell_when_a_press_happened(
    claimed_at: datetime | None, sent_at: datetime | None, reading: ClockReading
) -> None:
    assert read_clocks(claimed_at=claimed_at, sent_at=sent_at, received_at=NOON) == reading


FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)


@given(
    claimed_at=st.none() | instants,
    sent_at=st.none() | instants,
    received_at=st.timedeltas(timedelta(0), timedelta(days=60_000)).map(NOON.__add__),
)
@example(claimed_at=FIRST_INSTANT, sent_at=LAST_INSTANT, received_at=NOON)
@example(claimed_at=LAST_INSTANT, sent_at=FIRST_INSTANT, received_at=NOON)
@example(claimed_at=FIRST_INSTANT, sent_at=None, received_at=NOON)
@example(claimed_at=LAST_INSTANT, sent_at=None, received_at=NOON)
@reproducible
def test_no_clock_is_wrong_enough_to_lose_a_press(
    claimed_at: datetime | None, sent_at: datetime | None, received_at: datetime
) -> None:
    reading = read_clocks(claimed_at=claimed_at, sent_at=sent_at, received_at=received_at)

    assert EARLIEST_CREDIBLE <= reading.pressed_at <= received_at + MAX_CLOCK_AHEAD
    assert (reading.offset_ms is None) == (sent_at is None)
    if claimed_at is not None and not reading.is_suspect and sent_at is None:
        assert reading.pressed_at == claimed_at


@pytest.mark.parametrize("effective", PressStatus)
@pytest.mark.parametrize("kind", CorrectionKind)
def test_a_correction_fits_or_changes_nothing(kind: CorrectionKind, effective: PressStatus) -> None:
    allowed = {
        (CorrectionKind.VOID, PressStatus.COUNTED): PressStatus.VOID,
        (CorrectionKind.RESTORE, PressStatus.SUPPRESSED): PressStatus.COUNTED,
        (CorrectionKind.RESTORE, PressStatus.VOID): PressStatus.COUNTED,
        **{(CorrectionKind.NOTE, status): status for status in PressStatus},
    }

    assert corrected_status(kind, effective) is allowed.get((kind, effective))
