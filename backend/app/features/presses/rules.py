"""Pure decisions about presses: what a clock is worth, and what a press counts as."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.models import CorrectionKind, PressStatus

MAX_CLOCK_AHEAD = timedelta(minutes=5)
LARGE_OFFSET = timedelta(minutes=5)
# Older than the first Stream Deck by far: a claim before this comes from a clock that was never set.
EARLIEST_CREDIBLE = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class ClockReading:
    """When a press happened, as far as two clocks can tell. The device's own words stay beside it in the record."""

    pressed_at: datetime
    # The server's clock minus the device's, in milliseconds; None where `sent_at` was not given.
    offset_ms: int | None
    is_suspect: bool


def read_clocks(*, claimed_at: datetime | None, sent_at: datetime | None, received_at: datetime) -> ClockReading:
    """Work out when a press happened. A press is never refused for its clock.

    `sent_at` shows how far the device's clock is off, and the claim is moved by that. A moment that is then still
    impossible (more than five minutes ahead of the receipt, or before Stream Decks existed) is replaced by the time
    of receipt and marked. All instants are aware; `received_at` is the server's.
    """
    offset = received_at - sent_at if sent_at is not None else None
    offset_ms = offset // timedelta(milliseconds=1) if offset is not None else None
    is_suspect = offset is not None and abs(offset) > LARGE_OFFSET
    if claimed_at is None:
        return ClockReading(pressed_at=received_at, offset_ms=offset_ms, is_suspect=is_suspect)
    pressed_at = _shift(claimed_at, offset or timedelta(0))
    if pressed_at is None or not EARLIEST_CREDIBLE <= pressed_at <= received_at + MAX_CLOCK_AHEAD:
        return ClockReading(pressed_at=received_at, offset_ms=offset_ms, is_suspect=True)
    return ClockReading(pressed_at=pressed_at, offset_ms=offset_ms, is_suspect=is_suspect)


def _shift(instant: datetime, by: timedelta) -> datetime | None:
    try:
        return instant + by
    except OverflowError:
        return None


@dataclass(slots=True)
class ButtonState:
    """What decides about a button's presses: as read under the station's lock, then carried through the batch.

    `counted_at` holds, in order, the instants of effectively counted presses that may lie near a press of the batch.
    """

    retired_at: datetime | None
    dedup_window: timedelta
    counted_at: list[datetime] = field(default_factory=list)

    def is_retired(self, *, at: datetime) -> bool:
        """Whether the button was out of use when it was pressed. What aired before and came in late still counts."""
        return self.retired_at is not None and at >= self.retired_at

    def has_counted_neighbour(self, pressed_at: datetime) -> bool:
        """Whether a counted press lies less than the window before or after."""
        if not self.counted_at:
            return False
        position = bisect_left(self.counted_at, pressed_at)
        nearest = self.counted_at[max(position - 1, 0) : position + 1]
        return any(abs(pressed_at - counted) < self.dedup_window for counted in nearest)

    def add_counted(self, instants: Iterable[datetime]) -> None:
        """Remember counted presses. Without a window there is nothing to compare them with."""
        if self.dedup_window:
            for instant in instants:
                insort(self.counted_at, instant)


@dataclass(frozen=True, slots=True)
class DeckState:
    """What decides about a deck's presses; a press without a deck has the empty state."""

    test_mode_until: datetime | None = None

    def is_in_test_mode(self, *, at: datetime) -> bool:
        return self.test_mode_until is not None and at < self.test_mode_until


@dataclass(slots=True)
class PressMoment:
    """What `classify` needs to know of a press."""

    pressed_at: datetime
    received_at: datetime
    is_preview: bool


def classify(press: PressMoment, *, button: ButtonState, deck: DeckState) -> PressStatus:
    """What a press counts as, decided once, in order of receipt."""
    if press.is_preview:
        return PressStatus.IGNORED
    if deck.is_in_test_mode(at=press.received_at):
        return PressStatus.TEST
    if button.is_retired(at=press.pressed_at):
        return PressStatus.RETIRED
    if button.has_counted_neighbour(press.pressed_at):
        return PressStatus.SUPPRESSED
    return PressStatus.COUNTED


# What may be corrected, and into what; a note changes nothing.
_CORRECTED = {
    (CorrectionKind.VOID, PressStatus.COUNTED): PressStatus.VOID,
    (CorrectionKind.RESTORE, PressStatus.SUPPRESSED): PressStatus.COUNTED,
    (CorrectionKind.RESTORE, PressStatus.VOID): PressStatus.COUNTED,
}


def corrected_status(kind: CorrectionKind, effective: PressStatus) -> PressStatus | None:
    """The effective status after a correction, or None when it does not fit the one before."""
    if kind is CorrectionKind.NOTE:
        return effective
    return _CORRECTED.get((kind, effective))
