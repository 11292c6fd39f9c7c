"""A station whose every write is looked at, and what was noted of them."""

from sqlmodel import Session, col, select

from app.core import security
from app.features.presses import rollup
from app.models import AuditEvent, Button, Deck, Member, Press, PressKey, PressStatus, Role, Station, User
from app.tests.factories import LONG_AGO, Factory

PASSWORD, NEW_PASSWORD, WRONG_PASSWORD = "buckle up, it is the law", "seat belts save lives", "not my password"
HASH = security.hash_password(PASSWORD)
HOME = "192.0.2.1"


class Studio:
    """A station with one of everything, and somebody of each kind."""

    def __init__(self, make: Factory) -> None:
        self.station: Station = make.station(name="WXYZ")
        self.owner: User = make.user(email="owner@example.com", full_name="Ann Owner", password_hash=HASH)
        self.chief: User = make.user(email="chief@example.com", is_superuser=True, password_hash=HASH)
        self.other: User = make.user(email="other@example.com")
        self.newcomer: User = make.user(email="newcomer@example.com")
        self.owner_member: Member = make.member(station=self.station, user=self.owner)
        make.member(station=self.station, user=self.other, role=Role.VIEWER)
        self.button: Button = make.button(station=self.station)
        self.retired: Button = make.button(station=self.station, retired_at=LONG_AGO)
        self.deck: Deck = make.deck(station=self.station)
        self.key: PressKey = make.press_key(button=self.button)
        pressed = make.button(station=self.station, title="Pressed")
        self.counted: Press = make.press(button=pressed)
        self.suppressed: Press = make.press(button=pressed, status=PressStatus.SUPPRESSED)
        rollup.rebuild(make.session, station_id=self.station.id)


def events(session: Session) -> list[AuditEvent]:
    """All that was noted, in the order of its time."""
    session.expire_all()
    return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.created_at), col(AuditEvent.action))))
