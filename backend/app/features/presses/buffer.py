"""Presses that wait for their station's next batch. Pure bookkeeping of one event loop: no SQL, no clock."""

from asyncio import Future
from collections import deque
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from app.core.errors import Unavailable
from app.features.presses.ingest import IncomingPress, Recording


class BufferFull(Unavailable):
    """More presses wait than may; nothing was taken."""

    code = "buffer_full"
    default_detail = "Too many presses are waiting to be recorded. Try again shortly."


class PressNotRecorded(Unavailable):
    """The press is not on the record, or it could not be learnt in time whether it is. The same id may be resent."""

    code = "press_not_recorded"
    default_detail = "The press could not be recorded in time. Send it again, with the same id if it had one."


class ShuttingDown(Unavailable):
    """The server is stopping and takes no new presses."""

    code = "shutting_down"
    default_detail = "The server is stopping. Try again shortly."


@dataclass(slots=True)
class Waiting:
    """A press, who waits for it, and until when: loop time, in seconds."""

    press: IncomingPress
    answer: "Future[Recording]"
    deadline: float


class PressBuffer:
    """A first-in-first-out queue for each station, with one limit over all.

    A single station may take three quarters of the places: whoever floods one leaves room for the others.
    """

    def __init__(self, *, capacity: int) -> None:
        self._capacity = capacity
        self._station_capacity = ceil(capacity * 3 / 4)
        self._queues: dict[UUID, deque[Waiting]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, station_id: UUID, waiting: Waiting) -> bool:
        """Queue a press. True when its station had none: then somebody must start to drain it. Raises BufferFull."""
        if self._size >= self._capacity:
            raise BufferFull
        queue = self._queues.get(station_id)
        if queue is not None and len(queue) >= self._station_capacity:
            raise BufferFull
        self._size += 1
        if queue is None:
            self._queues[station_id] = deque((waiting,))
            return True
        queue.append(waiting)
        return False

    def has_next(self, station_id: UUID) -> bool:
        """Whether presses of a station that is being drained wait for its next batch."""
        return bool(self._queues[station_id])

    def take(self, station_id: UUID, *, most: int) -> list[Waiting]:
        """The station's next batch, oldest first. Empty when none wait; the next `put` then asks for draining."""
        queue = self._queues[station_id]
        if not queue:
            del self._queues[station_id]
            return []
        batch = [queue.popleft() for _ in range(min(most, len(queue)))]
        self._size -= len(batch)
        return batch
