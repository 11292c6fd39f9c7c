"""SQL of the alerts room."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from app.models import Deck, Member, Role, Station, Telling, Told, User


@dataclass(frozen=True)
class Recipient:
    """A member who can be told something."""

    user_id: UUID
    email: str
    role: Role
    wants_deck_mail: bool | None


def stations_with_decks(session: Session) -> list[Station]:
    """Every station that has a deck."""
    return list(session.exec(select(Station).where(select(Deck).where(Deck.station_id == Station.id).exists())))


def stations_with_weekly_mail(session: Session) -> list[Station]:
    """Every station of which somebody wants to be told weekly."""
    wanted = select(Member).where(Member.station_id == Station.id).where(Member.wants_weekly_mail)
    return list(session.exec(select(Station).where(wanted.exists())))


def members_of(session: Session, station_id: UUID, *, is_weekly: bool) -> list[Recipient]:
    """The members of a station whose account is open; those who want the weekly mail, or all."""
    query = (
        select(User.id, User.email, Member.role, Member.wants_deck_mail)
        .join(Member, col(Member.user_id) == col(User.id))
        .where(Member.station_id == station_id)
        .where(User.is_active)
        .order_by(col(User.id))
    )
    if is_weekly:
        query = query.where(Member.wants_weekly_mail)
    return [Recipient(user_id, email, Role(role), wants) for user_id, email, role, wants in session.exec(query)]


def tell(
    session: Session, *, station_id: UUID, kind: Telling, subject_id: UUID, moment: datetime, now: datetime
) -> bool:
    """Note that something is told in this transaction; False when it was told before, or by another process now."""
    row = insert(Told).values(station_id=station_id, kind=kind, subject_id=subject_id, moment=moment, told_at=now)
    return (
        session.connection().execute(row.on_conflict_do_nothing().returning(col(Told.station_id))).first() is not None
    )


def told_between(session: Session, *, station_id: UUID, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """The decks, by name, whose silence was told of in this half-open span, and when they were last heard."""
    return list(
        session.exec(
            select(Deck.name, Told.moment)
            .join(Deck, (col(Deck.station_id) == col(Told.station_id)) & (col(Deck.id) == col(Told.subject_id)))
            .where(Told.station_id == station_id)
            .where(Told.kind == Telling.DECK_QUIET)
            .where(Told.told_at >= start)
            .where(Told.told_at < end)
            .order_by(col(Told.told_at), col(Told.moment), Deck.name)
        )
    )


def lock_member(session: Session, *, station_id: UUID, user_id: UUID) -> Member | None:
    """A membership as it is now, held until this transaction ends."""
    return session.exec(
        select(Member)
        .where(Member.station_id == station_id)
        .where(Member.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
