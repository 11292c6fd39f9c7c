"""The record as the server would have made it: order of receipt, decisions by the rules of the presses room."""

import heapq
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.demo import catalog
from app.demo.delivery import ARRIVALS_PER_USE, Arrival, Delivery
from app.demo.recording import DAY, HOUR, MINUTE, SECOND, Recording, from_us, to_us
from app.demo.rhythm import Rhythm
from app.demo.station import DemoButton, DemoStation
from app.features.presses.rules import ButtonState, DeckState, PressMoment, classify, corrected_status, read_clocks
from app.loading import Progress
from app.models import Channel, Correction, CorrectionKind, PressStatus

VOIDED, UNVOIDED, RESTORED, NOTED = 0.0013, 0.15, 0.03, 0.0015
# Longer than any press is late, so that what lies before can be nobody's neighbour any more.
FORGOTTEN_AFTER = timedelta(days=4)
NO_DECK = DeckState()
MIN_PRESSES, MAX_PRESSES = 1_000, 100_000_000


class PressRow(NamedTuple):
    """A row of `press`, without its station; ids as text."""

    seq: int
    id: str
    button_id: str
    button_version: int
    deck_id: str | None
    press_key_id: str | None
    status: PressStatus
    effective_status: PressStatus
    channel: Channel
    pressed_at: datetime
    received_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    clock_offset_ms: int | None
    is_clock_suspect: bool
    origin: str
    note: str | None
    recorded_by: str | None


class _Planned(NamedTuple):
    """A correction that somebody will make."""

    press_seq: int
    button: int
    pressed_at: datetime
    kind: CorrectionKind
    words: str


class _Retirement(NamedTuple):
    """A button is retired, or taken back into use (None)."""

    button: int
    retired_at: datetime | None


class _TestMode(NamedTuple):
    """A deck goes into test mode."""

    deck_id: str
    until: datetime


type _Event = Arrival | _Planned | _Retirement | _TestMode


class Record:
    """Plays the years and yields the rows of the record in their order; holds no more than some days of them.

    `presses` is about how many there are to be; without it, as many as such a station has. `last_seq` and
    `last_heard_at`, by press key, are those of the rows that were yielded so far.
    """

    def __init__(
        self, demo: DemoStation, *, recording: Recording, editor: UUID, chance: Random, presses: int | None = None
    ) -> None:
        self._demo = demo
        self._recording = recording
        self._editor = editor
        self._chance = chance
        self._zone = ZoneInfo(catalog.ZONE)
        times = 1.0 if presses is None else _times_for(presses, demo, recording)
        self._rhythm = Rhythm(demo, chance=chance, times=times)
        self._delivery = Delivery(demo, recording=recording, chance=chance)
        self._events: list[tuple[int, int, _Event]] = []
        self._numbers = count()
        self._states = [_state_of(button, demo) for button in demo.buttons]
        self._decks = {str(deck.id): NO_DECK for deck in demo.decks.values()}
        self._button_ids = [str(button.row.id) for button in demo.buttons]
        self._version_starts = [[version.created_at for version in button.versions] for button in demo.buttons]
        self.last_seq = 0
        self.press_count = 0
        self.last_heard_at: dict[str, datetime] = {}
        self._schedule_changes()

    @property
    def progress(self) -> Progress:
        period = self._demo.period
        done_us = self._reached_us - period.start_us
        return Progress(done_us / (period.end_us - period.start_us), self.press_count)

    def rows(self) -> Iterator[PressRow | Correction]:
        """Presses and corrections, in order of receipt."""
        for hour_us, uses in self._rhythm.hours():
            self._reached_us = hour_us
            # Whatever is pressed from now on arrives later than this.
            yield from self._play(until_us=hour_us)
            for use in uses:
                for arrival in self._delivery.arrivals_of(use):
                    self._schedule(arrival.received_us, arrival)
            if hour_us % DAY < HOUR:
                self._forget(from_us(hour_us) - FORGOTTEN_AFTER)

    def _schedule_changes(self) -> None:
        self._reached_us = self._demo.period.start_us
        for place, button in enumerate(self._demo.buttons):
            for retirement in button.retirements:
                self._schedule(to_us(retirement.retired_at), _Retirement(place, retirement.retired_at))
                if retirement.unretired_at is not None:
                    self._schedule(to_us(retirement.unretired_at), _Retirement(place, None))
        for session in self._demo.test_sessions:
            self._schedule(session.start_us, _TestMode(session.deck_id, from_us(session.end_us)))

    def _schedule(self, at_us: int, event: _Event) -> None:
        heapq.heappush(self._events, (at_us, next(self._numbers), event))

    def _play(self, *, until_us: int) -> Iterator[PressRow | Correction]:
        events = self._events
        while events and events[0][0] < until_us:
            at_us, _, event = heapq.heappop(events)
            if isinstance(event, Arrival):
                yield self._receive(event)
            elif isinstance(event, _Planned):
                yield self._correct(event, at_us)
            elif isinstance(event, _Retirement):
                self._states[event.button].retired_at = event.retired_at
            else:
                self._decks[event.deck_id] = DeckState(event.until)

    def _receive(self, arrival: Arrival) -> PressRow:
        received_us, place, key_id, deck_id, channel, claimed_us, sent_us, origin, note, is_preview = arrival
        received_at = from_us(received_us)
        claimed_at = None if claimed_us is None else from_us(claimed_us)
        sent_at = None if sent_us is None else from_us(sent_us)
        clocks = read_clocks(claimed_at=claimed_at, sent_at=sent_at, received_at=received_at)
        pressed_at = clocks.pressed_at
        state = self._states[place]
        deck = NO_DECK if deck_id is None else self._decks[deck_id]
        status = classify(PressMoment(pressed_at, received_at, is_preview), button=state, deck=deck)
        if status is PressStatus.COUNTED:
            state.add_counted((pressed_at,))
        if key_id is not None and not is_preview:
            self.last_heard_at[key_id] = received_at
        self.last_seq += 1
        self.press_count += 1
        is_client_id = channel is Channel.POST or channel is Channel.BATCH
        return PressRow(
            self.last_seq,
            self._id(claimed_us if is_client_id and claimed_us is not None else received_us),
            self._button_ids[place],
            self._version(place, pressed_at),
            deck_id,
            key_id,
            status,
            self._plan_corrections(status, place, pressed_at, received_us),
            channel,
            pressed_at,
            received_at,
            claimed_at,
            sent_at,
            clocks.offset_ms,
            clocks.is_suspect,
            origin,
            note,
            str(self._editor) if key_id is None else None,
        )

    def _id(self, at_us: int) -> str:
        """A version 7 UUID, as `core.ids` and the plugin make them, but from our own chance."""
        chance = self._chance.getrandbits(74)
        head = at_us // 1000 << 80 | 0x7 << 76 | (chance >> 62) << 64
        return f"{head | 0b10 << 62 | chance & (1 << 62) - 1:032x}"

    def _version(self, place: int, pressed_at: datetime) -> int:
        """The one that was current when the key was pressed; the first one for what was pressed before it."""
        starts = self._version_starts[place]
        number = len(starts)
        while number > 1 and starts[number - 1] > pressed_at:
            number -= 1
        return number

    def _correct(self, planned: _Planned, at_us: int) -> Correction:
        state = self._states[planned.button]
        if planned.kind is CorrectionKind.VOID:
            place = bisect_left(state.counted_at, planned.pressed_at)
            if place < len(state.counted_at) and state.counted_at[place] == planned.pressed_at:
                del state.counted_at[place]
        elif planned.kind is CorrectionKind.RESTORE:
            state.add_counted((planned.pressed_at,))
        self.last_seq += 1
        return Correction(
            station_id=self._demo.station.id,
            seq=self.last_seq,
            press_seq=planned.press_seq,
            kind=planned.kind,
            text=planned.words,
            created_at=from_us(at_us),
            created_by=self._editor,
        )

    def _plan_corrections(self, status: PressStatus, place: int, pressed_at: datetime, received_us: int) -> PressStatus:
        """Decide what people will correct about a press; returns what it counts as in the end."""
        at_us = received_us
        for kind, wordings in self._wanted_corrections(status):
            next_us, next_status = self._at_desk_after(at_us), corrected_status(kind, status)
            if next_us is None or next_status is None:
                break
            at_us, status = next_us, next_status
            words = wordings[int(self._chance.random() * len(wordings))]
            self._schedule(at_us, _Planned(self.last_seq, place, pressed_at, kind, words))
        return status

    def _wanted_corrections(self, status: PressStatus) -> Sequence[tuple[CorrectionKind, tuple[str, ...]]]:
        chance = self._chance.random()
        if status is PressStatus.COUNTED and chance < VOIDED * UNVOIDED:
            return (CorrectionKind.VOID, catalog.VOID_REASONS), (CorrectionKind.RESTORE, catalog.UNVOID_REASONS)
        if status is PressStatus.COUNTED and chance < VOIDED:
            return ((CorrectionKind.VOID, catalog.VOID_REASONS),)
        if status is PressStatus.COUNTED and chance > 1 - NOTED:
            return ((CorrectionKind.NOTE, catalog.LATER_NOTES),)
        if status is PressStatus.SUPPRESSED and chance < RESTORED:
            return ((CorrectionKind.RESTORE, catalog.RESTORE_REASONS),)
        return ()

    def _at_desk_after(self, at_us: int) -> int | None:
        """When somebody looks through the log and corrects it: in the next days, by day, while the server runs."""
        later_us = at_us + 5 * MINUTE + int(self._chance.expovariate(1 / 14) * HOUR)
        local = from_us(later_us).astimezone(self._zone)
        if not 9 <= local.hour < 18:
            days = timedelta(days=0 if local.hour < 9 else 1)
            opening = local.replace(hour=9, minute=0, second=0, microsecond=0) + days
            later_us = to_us(opening) + int(self._chance.random() * 2 * HOUR)
        on_us = self._recording.next_on(later_us)
        if on_us is None:
            return None
        done_us = max(on_us, at_us + SECOND)
        return done_us if done_us < self._demo.period.end_us and self._recording.is_on(done_us) else None

    def _forget(self, before: datetime) -> None:
        for state in self._states:
            del state.counted_at[: bisect_left(state.counted_at, before)]


def _times_for(presses: int, demo: DemoStation, recording: Recording) -> float:
    """How many times over the rhythm brings about so many presses: it is played for nobody, and counted."""
    tried_out, usual = (_uses_heard(demo, recording, times=times) for times in (0.0, 1.0))
    return max(presses / ARRIVALS_PER_USE - tried_out, 0) / max(usual - tried_out, 1)


def _uses_heard(demo: DemoStation, recording: Recording, *, times: float) -> int:
    """About how many keys are pressed while the server runs. What is tried out in test mode is so but once."""
    rhythm = Rhythm(demo, chance=Random(0), times=times)  # noqa: S311  to be made again, not to be hard to guess
    return sum(recording.is_on(use.at_us) for _, uses in rhythm.hours() for use in uses)


def _state_of(button: DemoButton, demo: DemoStation) -> ButtonState:
    window_ms = button.row.dedup_window_ms
    window_ms = demo.station.dedup_window_ms if window_ms is None else window_ms
    return ButtonState(retired_at=None, dedup_window=timedelta(milliseconds=window_ms))
