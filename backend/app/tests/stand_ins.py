"""What tests put in the place of parts that they do not exercise."""

from asyncio import Future
from uuid import UUID

from app.api.event_stream import OpenedStream
from app.core.errors import Unavailable
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording


class NoRecorder:
    """A recorder that records nothing and says so; the press path has tests of its own on the real one."""

    def known_key(self, key: str) -> KeyBinding | None:
        return None

    async def find_key(self, key: str) -> KeyBinding:
        raise Unavailable(f"No recorder runs in this test ({key}).")

    def submit(self, station_id: UUID, press: IncomingPress) -> Future[Recording]:
        raise Unavailable(f"No recorder runs in this test ({station_id}, {press.channel}).")

    async def is_ready(self) -> bool:
        return False


class NoStreams:
    """Live streams that do not open; they have tests of their own on the real ones."""

    async def open(self, *, station_id: UUID, user_id: UUID, login_id: UUID, last_event_id: int | None) -> OpenedStream:
        raise Unavailable(f"No streams run in this test ({station_id}, {login_id}, {last_event_id}).")


def announce_nothing(station_id: UUID) -> None:
    """Nobody listens in this test."""
