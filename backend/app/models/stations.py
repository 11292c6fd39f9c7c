"""Stations, their members and decks, and what members were told."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, text
from sqlmodel import Field, SQLModel

from app.core.shapes import MAX_DEDUP_WINDOW_MS
from app.models.columns import Instant, one_of


class Purpose(StrEnum):
    """What a station is; sets defaults and wording."""

    RADIO = "radio"
    STREAM = "stream"
    DESK = "desk"
    RESEARCH = "research"


class Role(StrEnum):
    """What a member may do in a station; each role may do what the ones below it may."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Telling(StrEnum):
    """What members are told of by mail."""

    WEEK = "week"
    DECK_QUIET = "deck_quiet"


class Station(SQLModel, table=True):
    """Who a log belongs to."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=200)
    purpose: Purpose = Field(sa_type=String(20))
    zone: str = Field(max_length=64)
    call_sign: str | None = Field(default=None, max_length=40)
    community: str | None = Field(default=None, max_length=200)
    dedup_window_ms: int
    created_at: datetime = Field(sa_type=Instant)

    __table_args__ = (
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint(f"dedup_window_ms BETWEEN 0 AND {MAX_DEDUP_WINDOW_MS}", name="dedup_window_ms"),
    )


class StationHead(SQLModel, table=True):
    """The counter of a station's record. Whoever adds to the record holds this row's lock."""

    __tablename__ = "station_head"

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    last_seq: int = Field(default=0, sa_type=BigInteger)


class Member(SQLModel, table=True):
    """A user's role in a station."""

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    user_id: UUID = Field(
        sa_column=Column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    role: Role = Field(sa_type=String(20))
    wants_weekly_mail: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # Null follows the role.
    wants_deck_mail: bool | None = None
    created_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint(one_of("role", Role), name="role"),)


_IS_OPEN = "accepted_at IS NULL AND revoked_at IS NULL"


class Invitation(SQLModel, table=True):
    """Somebody who was asked to join a station, by a link that works once. Found by its token alone."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    station_id: UUID = Field(foreign_key="station.id", index=True)
    email: str = Field(sa_column=Column(String(320), nullable=False))
    role: Role = Field(sa_type=String(20))
    # Counts only while this account may invite.
    invited_by: UUID
    token_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)

    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="has_one_end"),
        # Asked again, somebody has one invitation still.
        Index("uq_invitation_open", "station_id", "email", unique=True, postgresql_where=text(_IS_OPEN)),
    )


class Told(SQLModel, table=True):
    """What was told once and is not told again: the week that began then, a deck that was last heard then."""

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    kind: Telling = Field(sa_type=String(20), primary_key=True)
    # The member who was told of a week; the deck.
    subject_id: UUID = Field(primary_key=True)
    moment: datetime = Field(sa_type=Instant, primary_key=True)
    told_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint(one_of("kind", Telling), name="kind"),)


class Deck(SQLModel, table=True):
    """One Stream Deck of a station."""

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=200)
    test_mode_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
