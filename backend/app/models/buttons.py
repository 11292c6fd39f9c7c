"""Buttons with what they said at each time, and the keys by which they are pressed."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from app.core.shapes import MAX_DEDUP_WINDOW_MS
from app.models.columns import Instant, button_of_station


class Button(SQLModel, table=True):
    """One tracked thing. What it says lives in its versions."""

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    current_version: int = 1
    tags: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))
    )
    color: str | None = Field(default=None, max_length=7)
    starts_on: date | None = None
    ends_on: date | None = None
    # Null follows the station's default.
    dedup_window_ms: int | None = None
    retired_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    created_by: UUID | None = None

    __table_args__ = (
        CheckConstraint(f"dedup_window_ms BETWEEN 0 AND {MAX_DEDUP_WINDOW_MS}", name="dedup_window_ms"),
        CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="color"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        # A button always has the version that it points at; deferred, since the two are written one after the other.
        ForeignKeyConstraint(
            ["station_id", "id", "current_version"],
            ["button_version.station_id", "button_version.button_id", "button_version.number"],
            name="fk_button_current_version",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
    )


class ButtonVersion(SQLModel, table=True):
    """What a button said from a time on. Append-only."""

    __tablename__ = "button_version"

    station_id: UUID = Field(primary_key=True)
    button_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    title: str = Field(max_length=200)
    type: str = Field(max_length=40)
    description: str | None = None
    # Seconds.
    duration: float | None = None
    source: str | None = Field(default=None, max_length=500)
    created_at: datetime = Field(sa_type=Instant)
    created_by: UUID | None = None

    __table_args__ = (
        button_of_station(),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("duration >= 0", name="duration"),
    )


class ButtonRetirement(SQLModel, table=True):
    """One span in which a button was retired; open while `unretired_at` is null."""

    __tablename__ = "button_retirement"

    station_id: UUID = Field(primary_key=True)
    button_id: UUID = Field(primary_key=True)
    retired_at: datetime = Field(sa_type=Instant, primary_key=True)
    retired_by: UUID | None = None
    unretired_at: datetime | None = Field(default=None, sa_type=Instant)
    unretired_by: UUID | None = None

    __table_args__ = (
        button_of_station(),
        CheckConstraint("unretired_at >= retired_at", name="ends_after_it_starts"),
        Index(
            "uq_button_retirement_open",
            "station_id",
            "button_id",
            unique=True,
            postgresql_where=text("unretired_at IS NULL"),
        ),
    )


class PressKey(SQLModel, table=True):
    """The random part of a press URL. It finds its station; the batch that records a press checks it again."""

    __tablename__ = "press_key"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    station_id: UUID = Field(foreign_key="station.id")
    button_id: UUID
    deck_id: UUID | None = None
    created_at: datetime = Field(sa_type=Instant)
    created_by: UUID | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: UUID | None = None

    __table_args__ = (Index(None, "station_id", "button_id"),)


class PressKeyHeard(SQLModel, table=True):
    """When a press key was last heard; apart from `press_key`, so that presses never lock what people edit."""

    __tablename__ = "press_key_heard"

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    press_key_id: UUID = Field(primary_key=True)
    last_heard_at: datetime = Field(sa_type=Instant)


class PublicUrl(SQLModel, table=True):
    """What press URLs began with from a time on; the newest row is what they begin with now."""

    __tablename__ = "public_url"

    since: datetime = Field(sa_type=Instant, primary_key=True)
    url: str = Field(max_length=2000)


class PressKeyOldAddress(SQLModel, table=True):
    """When a press key last called an address that this server once had; a key that never did has no row."""

    __tablename__ = "press_key_old_address"

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    press_key_id: UUID = Field(primary_key=True)
    url: str = Field(max_length=2000)
    last_called_at: datetime = Field(sa_type=Instant)
