"""What a process expects to read of a batch's keys and buttons, from what it read and wrote last. Pure; no SQL, no clock.

Nothing is taken on trust: the database compares an expectation with what it holds, under the station's lock, before
anything is written by it (`queries.WRITE_AS_EXPECTED`). So a process cannot decide by what another has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.features.presses.batch import Batch, GroupRead

MAX_REMEMBERED = 10_000
# After a mistake a station's batches are read first, until so many in a row were as expected: where several processes
# record presses of one button, now and then the same one does so twice running, and it would be wrong again soon.
CONVINCED_BY = 8


@dataclass(slots=True)
class _KnownKey:
    """A press key that stood, and whatever of its answer is not its button's."""

    test_mode_until: datetime | None


@dataclass(slots=True)
class _KnownButton:
    """A button as it was left. No press of it, and no version, is known of beyond `as_of`."""

    retired_at: datetime | None
    dedup_window_ms: int
    press_count: int
    last_counted_at: datetime | None
    version: int
    title: str
    as_of: datetime


class Expectations:
    """Of the keys and buttons that were pressed lately, and of which stations they have been right."""

    def __init__(self, *, most: int = MAX_REMEMBERED) -> None:
        self._most = most
        self._keys: dict[UUID, _KnownKey] = {}
        # By station as well: an id of a button is one of its station's.
        self._buttons: dict[tuple[UUID, UUID], _KnownButton] = {}
        # How often each station must still be as expected.
        self._doubts: dict[UUID, int] = {}

    def of(self, station_id: UUID, batch: Batch) -> list[GroupRead] | None:
        """What would be read for each group, in order. None where one of them must be read, because its key was not
        pressed lately, or because a press of it is older than what is known."""
        expected = []
        for group in batch.groups:
            key = self._keys.get(group.press_key_id) if group.press_key_id is not None else None
            button = self._buttons.get((station_id, group.button_id))
            if key is None or button is None or group.first_at < button.as_of:
                return None
            expected.append(
                GroupRead(
                    is_key_valid=True,
                    retired_at=button.retired_at,
                    dedup_window_ms=button.dedup_window_ms,
                    press_count=button.press_count,
                    last_counted_at=button.last_counted_at,
                    test_mode_until=key.test_mode_until,
                    version=button.version,
                    title=button.title,
                    is_one_version=True,
                    neighbours=[] if button.last_counted_at is None else [button.last_counted_at],
                )
            )
        return expected

    def is_worth_a_try(self, station_id: UUID) -> bool:
        """Whether expectations of the station have held lately."""
        return station_id not in self._doubts

    def compare(self, station_id: UUID, expected: Sequence[GroupRead], read: Sequence[GroupRead]) -> None:
        """Note whether what was read is what was expected; if not, somebody else changes what is pressed here, and reading
        first is cheaper. Which neighbours there are follows from the rest."""
        doubt = self._doubts.get(station_id, 0)
        if [each._replace(neighbours=[]) for each in expected] != [each._replace(neighbours=[]) for each in read]:
            self._doubts[station_id] = CONVINCED_BY
        elif doubt > 1:
            self._doubts[station_id] = doubt - 1
        else:
            self._doubts.pop(station_id, None)

    def learn(self, station_id: UUID, batch: Batch) -> None:
        """Remember what a batch of the station has left behind, once it is committed."""
        if len(self._keys) + len(batch.groups) > self._most:
            # Whatever is still pressed is read once more.
            self._keys.clear()
            self._buttons.clear()
        as_of: dict[UUID, datetime] = {}
        for group in batch.groups:
            read, button = group.read, group.button
            if group.press_key_id is None or button is None or read is None:
                continue
            if read.dedup_window_ms is None or read.version is None or read.title is None:
                continue
            self._keys[group.press_key_id] = _KnownKey(read.test_mode_until)
            latest = as_of.get(button.id)
            if latest is not None and group.last_at < latest:
                continue
            as_of[button.id] = group.last_at
            last_counted_at = max((at for at in (read.last_counted_at, button.last_counted_at) if at), default=None)
            known = self._buttons.get((station_id, button.id))
            if known is not None and known.version > read.version:
                # A late press, from before an edit.
                known.press_count, known.last_counted_at = button.press_count, last_counted_at
                continue
            self._buttons[station_id, button.id] = _KnownButton(
                retired_at=read.retired_at,
                dedup_window_ms=read.dedup_window_ms,
                press_count=button.press_count,
                last_counted_at=last_counted_at,
                version=read.version,
                title=read.title,
                as_of=max(group.last_at, last_counted_at or group.last_at),
            )
