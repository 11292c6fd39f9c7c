"""The record: presses, corrections, and when there was somebody to record them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import INET
from sqlmodel import Field, SQLModel

from app.models.columns import Instant, one_of


class PressStatus(StrEnum):
    """What a press counts as. `void` is only ever effective: a press is never stored as void."""

    COUNTED = "counted"
    SUPPRESSED = "suppressed"
    RETIRED = "retired"
    TEST = "test"
    IGNORED = "ignored"
    VOID = "void"


class Channel(StrEnum):
    """The way by which a press came in."""

    GET = "get"
    POST = "post"
    BATCH = "batch"
    MANUAL = "manual"
    IMPORT = "import"


class CorrectionKind(StrEnum):
    """What a correction does to its press."""

    VOID = "void"
    RESTORE = "restore"
    NOTE = "note"


class Press(SQLModel, table=True):
    """One use of a button, as it was received. Append-only: only `effective_status` may ever change."""

    station_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger, primary_key=True)
    id: UUID
    button_id: UUID
    button_version: int
    deck_id: UUID | None = None
    press_key_id: UUID | None = None
    status: PressStatus = Field(sa_type=String(20))
    # Derived from `status` and the corrections; can be computed again, and is not sealed.
    effective_status: PressStatus = Field(sa_type=String(20))
    channel: Channel = Field(sa_type=String(20))
    pressed_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    # What the device said, when it said something.
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    # The server's clock minus the device's, known when `sent_at` was given.
    clock_offset_ms: int | None = Field(default=None, sa_type=BigInteger)
    is_clock_suspect: bool = False
    origin: str | None = Field(default=None, sa_type=INET)
    note: str | None = None
    # Who entered a manual press, or made the API token that sent one.
    recorded_by: UUID | None = None

    __table_args__ = (
        ForeignKeyConstraint(
            ["station_id", "button_id", "button_version"],
            ["button_version.station_id", "button_version.button_id", "button_version.number"],
            name="fk_press_button_version",
        ),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(one_of("status", PressStatus) + " AND status <> 'void'", name="status"),
        CheckConstraint(one_of("effective_status", PressStatus), name="effective_status"),
        CheckConstraint(one_of("channel", Channel), name="channel"),
        Index("uq_press_station_id_id", "station_id", "id", unique=True),
        Index("ix_press_station_id_pressed_at_seq", "station_id", "pressed_at", "seq"),
        Index("ix_press_station_id_button_id_pressed_at_seq", "station_id", "button_id", "pressed_at", "seq"),
        # De-duplication asks for counted neighbours only. Without this index a key that is hammered inside a long
        # window would make every further press walk over all the suppressed ones.
        Index(
            "ix_press_counted",
            "station_id",
            "button_id",
            "pressed_at",
            postgresql_where=text("effective_status = 'counted'"),
        ),
    )


class Correction(SQLModel, table=True):
    """Who changed the meaning of a press, when and why; or a note added later. Append-only."""

    station_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger, primary_key=True)
    press_seq: int = Field(sa_type=BigInteger)
    kind: CorrectionKind = Field(sa_type=String(20))
    # The reason of a void or restore, the text of a note.
    text: str
    created_at: datetime = Field(sa_type=Instant)
    created_by: UUID

    __table_args__ = (
        ForeignKeyConstraint(["station_id", "press_seq"], ["press.station_id", "press.seq"]),
        CheckConstraint("seq > press_seq", name="follows_its_press"),
        CheckConstraint(one_of("kind", CorrectionKind), name="kind"),
        CheckConstraint("text <> ''", name="text"),
        Index(None, "station_id", "press_seq", "seq"),
    )


class Watch(SQLModel, table=True):
    """An interval in which a process of the server was running and could reach the database."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant, index=True)
    # Set by a clean end; null while running, and after a crash.
    ended_at: datetime | None = Field(default=None, sa_type=Instant)

    __table_args__ = (CheckConstraint("last_seen_at >= started_at", name="ends_after_it_starts"),)


class ImportedSpan(SQLModel, table=True):
    """From the first to the last use that was brought from another installation, which recorded in this server's place."""

    __tablename__ = "imported_span"

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    started_at: datetime = Field(sa_type=Instant, primary_key=True)
    ended_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint("ended_at >= started_at", name="ends_after_it_starts"),)
