"""One-row access to the shared tables: no decision, no commit."""

from uuid import UUID

from sqlmodel import Session, select

from app.models import Button, ButtonVersion, Deck, LoginSession, Member, Station, StationHead, User


def get_user(session: Session, user_id: UUID) -> User | None:
    """The account with this id."""
    return session.get(User, user_id)


def get_user_by_email(session: Session, email: str) -> User | None:
    """The account with this address, in any spelling of upper and lower case."""
    return session.exec(select(User).where(User.email == email.lower())).one_or_none()


def has_users(session: Session) -> bool:
    """Whether any account exists."""
    return session.exec(select(User.id).limit(1)).first() is not None


def get_login_session(session: Session, session_id: UUID) -> LoginSession | None:
    """The login with this id, whether it still lasts or not."""
    return session.get(LoginSession, session_id)


def get_login_session_by_token_hash(session: Session, token_hash: bytes) -> LoginSession | None:
    """The login whose cookie hashes to this, whether it still lasts or not."""
    return session.exec(select(LoginSession).where(LoginSession.token_hash == token_hash)).one_or_none()


def get_station(session: Session, station_id: UUID) -> Station | None:
    """The station with this id, whoever asks."""
    return session.get(Station, station_id)


def get_member(session: Session, *, station_id: UUID, user_id: UUID) -> Member | None:
    """A user's membership of a station."""
    return session.get(Member, (station_id, user_id))


def get_deck(session: Session, *, station_id: UUID, deck_id: UUID) -> Deck | None:
    """A deck of the station."""
    return session.get(Deck, (station_id, deck_id))


def get_button(session: Session, *, station_id: UUID, button_id: UUID) -> Button | None:
    """A button of the station, active or retired; what it says stands in its current version."""
    return session.get(Button, (station_id, button_id))


def get_button_version(session: Session, *, station_id: UUID, button_id: UUID, number: int) -> ButtonVersion | None:
    """What a button said: versions are numbered from 1, without gaps."""
    return session.get(ButtonVersion, (station_id, button_id, number))


def get_station_head(session: Session, station_id: UUID) -> StationHead | None:
    """The station's counter, as it stands: every row of the record up to it can be seen."""
    return session.get(StationHead, station_id)


def lock_station_head(session: Session, station_id: UUID) -> StationHead:
    """The station's counter, locked: whoever adds to the record, or changes what it is counted by, holds this."""
    return session.exec(select(StationHead).where(StationHead.station_id == station_id).with_for_update()).one()
