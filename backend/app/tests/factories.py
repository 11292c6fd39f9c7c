"""Rows for tests, each with sensible values for whatever a test does not care about."""

import itertools
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from app.core.security import new_press_key
from app.models import (
    Button,
    ButtonTally,
    ButtonVersion,
    Channel,
    Deck,
    Member,
    Press,
    PressKey,
    PressStatus,
    Purpose,
    Role,
    Station,
    StationHead,
    User,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
# Of nothing that there is. Always the same, for parameters of tests: a test has to be called the same in every process.
NOTHINGS_ID = "5f1c2a3e-8d47-4b60-9a0c-7e3d1b2f4a59"
_numbers = itertools.count(1)


class Factory:
    """Adds rows to a session and flushes them: `make.button(title="Hug")`."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def _add[Row](self, row: Row) -> Row:
        self.session.add(row)
        self.session.flush()
        return row

    def user(self, *, email: str | None = None, password_hash: str = "!", **fields: Any) -> User:
        email = email or f"user{next(_numbers)}@station.test"
        return self._add(User(email=email, hashed_password=password_hash, created_at=LONG_AGO, **fields))

    def station(
        self, *, name: str = "WXYZ", purpose: Purpose = Purpose.RADIO, zone: str = "UTC", **fields: Any
    ) -> Station:
        defaults: dict[str, Any] = {"dedup_window_ms": 2000, "created_at": LONG_AGO}
        station = self._add(Station(name=name, purpose=purpose, zone=zone, **(defaults | fields)))
        self._add(StationHead(station_id=station.id))
        return station

    def member(self, *, station: Station, user: User | None = None, role: Role = Role.OWNER) -> Member:
        user = user or self.user()
        return self._add(Member(station_id=station.id, user_id=user.id, role=role, created_at=LONG_AGO))

    def deck(self, *, station: Station, name: str = "Studio A", **fields: Any) -> Deck:
        return self._add(Deck(station_id=station.id, name=name, created_at=LONG_AGO, **fields))

    def button(
        self,
        *,
        station: Station,
        title: str = "Buckle up",
        type: str = "psa",
        version: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Button:
        """A button with its first version and an empty tally."""
        button = Button(station_id=station.id, id=uuid4(), **({"created_at": LONG_AGO} | fields))
        self._add(button)
        said: dict[str, Any] = {"title": title, "type": type, "created_at": button.created_at}
        self._add(ButtonVersion(station_id=station.id, button_id=button.id, number=1, **(said | (version or {}))))
        self._add(ButtonTally(station_id=station.id, button_id=button.id, press_count=0))
        return button

    def press_key(
        self, *, button: Button, deck: Deck | None = None, deck_id: UUID | None = None, **fields: Any
    ) -> PressKey:
        return self._add(
            PressKey(
                key=new_press_key(),
                station_id=button.station_id,
                button_id=button.id,
                deck_id=deck.id if deck else deck_id,
                created_at=LONG_AGO,
                **fields,
            )
        )

    def press(
        self,
        *,
        button: Button,
        press_key: PressKey | None = None,
        status: PressStatus = PressStatus.COUNTED,
        **fields: Any,
    ) -> Press:
        """A press at the end of the station's record; tallies and rollups are left alone."""
        head = self.session.get_one(StationHead, button.station_id)
        head.last_seq += 1
        defaults: dict[str, Any] = {"effective_status": status, "channel": Channel.GET}
        defaults |= {"pressed_at": LONG_AGO, "received_at": LONG_AGO}
        return self._add(
            Press(
                station_id=button.station_id,
                seq=head.last_seq,
                id=uuid4(),
                button_id=button.id,
                button_version=button.current_version,
                deck_id=press_key.deck_id if press_key else None,
                press_key_id=press_key.id if press_key else None,
                status=status,
                **(defaults | fields),
            )
        )
