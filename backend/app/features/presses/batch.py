"""Presses of one station that are recorded together: what is asked, and what is decided. Pure; no SQL, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.core.errors import AppError, Conflict, NotFound
from app.features.presses.ingest import IncomingPress, Recording
from app.features.presses.rules import ButtonState, ClockReading, DeckState, PressMoment, classify, read_clocks
from app.models import PressStatus


class PressKeyNotFound(NotFound):
    """No key like this, or one that no longer stands."""

    code = "press_key_not_found"
    default_detail = "No button has this press key. Copy the button's press URL again."


class ButtonOfPressNotFound(NotFound):
    """No button with this id in the station."""

    code = "button_not_found"
    default_detail = "There is no button with this id."


class PressIdTaken(Conflict):
    """A press of another button is on the record with this id."""

    code = "press_id_taken"
    default_detail = "A press of another button has this id."


type Outcome = Recording | AppError


class GroupRead(NamedTuple):
    """One row of `queries.READ_GROUPS`; null where there is no such key, button or deck."""

    is_key_valid: bool
    retired_at: datetime | None
    dedup_window_ms: int | None
    press_count: int | None
    last_counted_at: datetime | None
    test_mode_until: datetime | None
    version: int | None
    title: str | None
    # Whether every moment of the group has this version.
    is_one_version: bool | None
    # The counted presses of the button that may lie near one of the group: those between its first and its last
    # moment, and the nearest inside the window on either side.
    neighbours: list[datetime]


class PressGroup:
    """Presses of one key, or of a button and a deck, within one second: what is asked about one of them is asked about all.

    A key that is hammered is then read once a batch; reading it for each press was a fifth of the database's work.
    """

    __slots__ = ("button", "button_id", "deck_id", "first_at", "heard_at", "last_at", "press_key_id", "read", "test")

    def __init__(self, press: IncomingPress, pressed_at: datetime) -> None:
        self.button_id = press.button_id
        self.press_key_id = press.press_key_id
        self.deck_id = press.deck_id
        self.first_at = pressed_at
        self.last_at = pressed_at
        self.read: GroupRead | None = None
        # None when nothing of this group can be recorded: the key does not stand, or the button is gone.
        self.button: BatchButton | None = None
        self.test = DeckState()
        # The latest receipt of what will be stored, previews aside.
        self.heard_at: datetime | None = None

    def reach(self, pressed_at: datetime) -> None:
        """Take in another moment."""
        if pressed_at < self.first_at:
            self.first_at = pressed_at
        elif pressed_at > self.last_at:
            self.last_at = pressed_at


@dataclass(slots=True)
class BatchButton:
    """A button during a batch: what decides about its presses, and what they add to its tally."""

    id: UUID
    state: ButtonState
    press_count: int
    added: int = 0
    last_counted_at: datetime | None = None

    def count(self, pressed_at: datetime) -> None:
        self.state.add_counted((pressed_at,))
        self.press_count += 1
        self.added += 1
        if self.last_counted_at is None or pressed_at > self.last_counted_at:
            self.last_counted_at = pressed_at


@dataclass(slots=True)
class NewPress:
    """A press that will be stored. Its number is its place: one more than that of the one before."""

    press: IncomingPress
    clocks: ClockReading
    group: PressGroup
    version: int
    status: PressStatus


class Batch:
    """Presses in order of receipt, from what came in to what is written."""

    def __init__(self, presses: Sequence[IncomingPress], *, is_retry: bool) -> None:
        self.presses = presses
        self.clocks = [
            read_clocks(claimed_at=press.claimed_at, sent_at=press.sent_at, received_at=press.received_at)
            for press in presses
        ]
        # Ids that may be on the record already: made by the sender, or all of them after a try whose end is unknown.
        self._is_retry = is_retry
        self.known_ids = [press.id for press in presses if press.has_client_id or is_retry]
        self.new: list[NewPress] = []
        self.buttons: dict[UUID, BatchButton] = {}
        self.groups: list[PressGroup] = []
        self._group_of: list[PressGroup] = []
        self._answered: dict[UUID, tuple[UUID, Recording]] = {}
        self._group(is_apart=False)

    def _group(self, *, is_apart: bool) -> None:
        groups: dict[object, PressGroup] = {}
        self._group_of = []
        for place, (press, clock) in enumerate(zip(self.presses, self.clocks, strict=True)):
            at = clock.pressed_at
            # Of a press without a key its sender says which button of which deck it was.
            asked = press.press_key or (press.button_id, press.deck_id)
            question = place if is_apart else (asked, int(at.timestamp()))
            group = groups.get(question)
            if group is None:
                group = groups[question] = PressGroup(press, at)
            else:
                group.reach(at)
            self._group_of.append(group)
        self.groups = list(groups.values())

    def regroup_apart(self) -> None:
        """Ask about each press for itself."""
        self._group(is_apart=True)

    def take_reads(self, reads: Iterable[GroupRead]) -> bool:
        """Take what was read for each group, in order. False when a button was edited between two presses of one
        group: then each press must be read for itself, to find the version that it aired with."""
        for group, read in zip(self.groups, reads, strict=True):
            group.read = read
            if read.is_one_version is False:
                return False
        for group in self.groups:
            self._take(group)
        return True

    def _take(self, group: PressGroup) -> None:
        read = group.read
        if read is None or read.dedup_window_ms is None or read.press_count is None or read.version is None:
            return
        button = self.buttons.get(group.button_id)
        if button is None:
            window = timedelta(milliseconds=read.dedup_window_ms)
            state = ButtonState(retired_at=read.retired_at, dedup_window=window)
            button = self.buttons[group.button_id] = BatchButton(group.button_id, state, read.press_count)
        # Gathered for every group before anything is decided: each press is held against all that is known.
        button.state.add_counted(read.neighbours)
        if read.is_key_valid:
            group.button = button
            group.test = DeckState(read.test_mode_until)

    def add_seen(self, button_id: UUID, answer: Recording) -> None:
        """Note a press that is on the record already: its second arrival is answered alike."""
        self._answered[answer.press_id] = (button_id, answer)

    def decide(self) -> list[Outcome]:
        """An outcome for each press, in order; `new`, `buttons` and `groups` then tell what there is to write."""
        return [
            self._decide(press, clocks, group)
            for press, clocks, group in zip(self.presses, self.clocks, self._group_of, strict=True)
        ]

    def _decide(self, press: IncomingPress, clocks: ClockReading, group: PressGroup) -> Outcome:
        button, read = group.button, group.read
        if button is None or read is None or read.version is None or read.title is None:
            return PressKeyNotFound()
        may_be_known = press.has_client_id or self._is_retry
        if may_be_known:
            seen = self._answered.get(press.id)
            if seen is not None:
                return seen[1] if seen[0] == press.button_id else PressIdTaken()
        pressed_at = clocks.pressed_at
        moment = PressMoment(pressed_at=pressed_at, received_at=press.received_at, is_preview=press.is_preview)
        status = classify(moment, button=button.state, deck=group.test)
        if status is PressStatus.COUNTED:
            button.count(pressed_at)
        if status is not PressStatus.IGNORED and (group.heard_at is None or press.received_at > group.heard_at):
            group.heard_at = press.received_at
        self.new.append(NewPress(press, clocks, group, read.version, status))
        answer = Recording(status, press.id, read.title, button.press_count, pressed_at)
        if may_be_known:
            self._answered[press.id] = (press.button_id, answer)
        return answer
