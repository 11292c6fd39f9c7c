"""Stations with counted presses, for tests of what is made of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from app.features.presses import rollup
from app.models import Button, PressKey, PressStatus, Station, Watch
from app.tests.factories import Factory

FIRST = datetime(2010, 1, 1, tzinfo=UTC)
LAST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Counted:
    """Adds presses of a station, and counts them as the product does."""

    session: Session
    make: Factory

    def press(
        self,
        button: Button,
        *instants: datetime,
        press_key: PressKey | None = None,
        status: PressStatus = PressStatus.COUNTED,
    ) -> None:
        for pressed_at in instants:
            self.make.press(button=button, press_key=press_key, pressed_at=pressed_at, status=status)
        rollup.rebuild(self.session, station_id=button.station_id)
        # The tallies were written behind the session's back.
        self.session.expire_all()

    def watch(self, start: datetime = FIRST, end: datetime = LAST) -> None:
        """A server that was running for all of this time."""
        self.session.add(Watch(started_at=start, last_seen_at=end, ended_at=end))
        self.session.flush()

    def station(self, zone: str = "UTC") -> Station:
        return self.make.station(zone=zone, created_at=FIRST)


def at(text: str) -> datetime:
    """An instant, in UTC where nothing else is said: `2026-03-08 07:30`."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


NOW = at("2026-03-11 12:20")
