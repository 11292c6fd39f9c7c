"""Every table, and only tables.

A table of a station carries `station_id` first in its primary key, unique constraints and foreign keys, so that the
same schema can be distributed by it. `user_account`, `station`, `member`'s users, `press_key`, `login_session`,
`login_counter`, `login_address`, `account_link`, `invitation`, `api_token`, `watch`, `job`, `round` and `public_url` belong to no one
station or are looked up before the station is known; they are small reference tables.
There are no relationships between tables: rows are joined where they are read.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlmodel import Field, SQLModel

from app.core import triggers
from app.core.shapes import MAX_DEDUP_WINDOW_MS

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
triggers.make_with(SQLModel.metadata)

Instant = DateTime(timezone=True)


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


class LinkPurpose(StrEnum):
    """What somebody can do with a link that was sent to them."""

    PASSWORD = "password"  # noqa: S105  a name
    ADDRESS = "address"


class ActorKind(StrEnum):
    """Who did what was noted: somebody logged in, an API token, a command, the server by itself, or nobody known."""

    USER = "user"
    TOKEN = "token"  # noqa: S105  a kind of actor
    COMMAND = "command"
    SERVER = "server"
    STRANGER = "stranger"


class Scope(StrEnum):
    """What an API token opens."""

    PRESS_WRITE = "press:write"
    PRESSES_READ = "presses:read"
    BUTTONS_READ = "buttons:read"
    BUTTONS_WRITE = "buttons:write"


class CorrectionKind(StrEnum):
    """What a correction does to its press."""

    VOID = "void"
    RESTORE = "restore"
    NOTE = "note"


class Telling(StrEnum):
    """What members are told of by mail."""

    WEEK = "week"
    DECK_QUIET = "deck_quiet"


def _one_of(column: str, values: type[StrEnum]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _button_of_station() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["station_id", "button_id"], ["button.station_id", "button.id"])


class User(SQLModel, table=True):
    """Somebody who can log in."""

    __tablename__ = "user_account"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    # Stored in lower case; the check keeps a second spelling of one address from becoming a second account.
    email: str = Field(sa_column=Column(String(320), nullable=False, unique=True))
    full_name: str | None = Field(default=None, max_length=255)
    hashed_password: str
    is_active: bool = True
    is_superuser: bool = False
    created_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)


class LoginSession(SQLModel, table=True):
    """One login: a browser's cookie, or an access token that names this row. Deleting the row ends it."""

    __tablename__ = "login_session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(
        sa_column=Column(ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    # SHA-256 of the cookie's secret; null for an access token, which is signed instead.
    token_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, unique=True))
    user_agent: str | None = Field(default=None, max_length=400)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class LoginCounter(SQLModel, table=True):
    """How often a password was tried lately, by account, by address, or by both; `key` is a keyed hash of these."""

    __tablename__ = "login_counter"

    key: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    try_count: int
    # Until then no try is looked at.
    held_until: datetime = Field(sa_type=Instant)
    # From then on it is as if nothing had been tried.
    expires_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint("try_count >= 0", name="try_count"), Index(None, "expires_at"))


class LoginAddress(SQLModel, table=True):
    """An address from which an account has been logged in to; `key` is a keyed hash of both."""

    __tablename__ = "login_address"

    key: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    user_id: UUID = Field(
        sa_column=Column(ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    last_login_at: datetime = Field(sa_type=Instant)


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
        CheckConstraint(_one_of("purpose", Purpose), name="purpose"),
        CheckConstraint(f"dedup_window_ms BETWEEN 0 AND {MAX_DEDUP_WINDOW_MS}", name="dedup_window_ms"),
    )


class AccountLink(SQLModel, table=True):
    """A link that works once: to choose a password, or to confirm an address. A newer one takes the place of an older."""

    __tablename__ = "account_link"

    user_id: UUID = Field(sa_column=Column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True))
    purpose: LinkPurpose = Field(sa_type=String(20), primary_key=True)
    # Where it was sent: the account's address, or the one that is to become it.
    email: str = Field(sa_column=Column(String(320), nullable=False))
    # SHA-256 of what stands in the link.
    token_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    expires_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint(_one_of("purpose", LinkPurpose), name="purpose"),)


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
        CheckConstraint(_one_of("role", Role), name="role"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="has_one_end"),
        # Asked again, somebody has one invitation still.
        Index("uq_invitation_open", "station_id", "email", unique=True, postgresql_where=text(_IS_OPEN)),
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

    __table_args__ = (CheckConstraint(_one_of("role", Role), name="role"),)


class Told(SQLModel, table=True):
    """What was told once and is not told again: the week that began then, a deck that was last heard then."""

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    kind: Telling = Field(sa_type=String(20), primary_key=True)
    # The member who was told of a week; the deck.
    subject_id: UUID = Field(primary_key=True)
    moment: datetime = Field(sa_type=Instant, primary_key=True)
    told_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint(_one_of("kind", Telling), name="kind"),)


class Round(SQLModel, table=True):
    """When work that comes round was last done, by whichever process."""

    name: str = Field(max_length=40, primary_key=True)
    done_at: datetime = Field(sa_type=Instant)


class ApiToken(SQLModel, table=True):
    """Opens some routes of one station to a program, for as long as its maker may open them too."""

    __tablename__ = "api_token"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    # SHA-256 of the token, which is shown once.
    token_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    prefix: str = Field(max_length=20)
    name: str = Field(max_length=200)
    station_id: UUID = Field(foreign_key="station.id", index=True)
    user_id: UUID = Field(
        sa_column=Column(ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: UUID | None = None

    __table_args__ = (CheckConstraint("cardinality(scopes) > 0", name="scopes"),)


class Deck(SQLModel, table=True):
    """One Stream Deck of a station."""

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=200)
    test_mode_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)


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
        _button_of_station(),
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
        _button_of_station(),
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
        CheckConstraint(_one_of("status", PressStatus) + " AND status <> 'void'", name="status"),
        CheckConstraint(_one_of("effective_status", PressStatus), name="effective_status"),
        CheckConstraint(_one_of("channel", Channel), name="channel"),
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
        CheckConstraint(_one_of("kind", CorrectionKind), name="kind"),
        CheckConstraint("text <> ''", name="text"),
        Index(None, "station_id", "press_seq", "seq"),
    )


class ButtonTally(SQLModel, table=True):
    """Counted presses of a button in all; apart from `button`, so that presses never lock what people edit."""

    __tablename__ = "button_tally"

    station_id: UUID = Field(primary_key=True)
    button_id: UUID = Field(primary_key=True)
    press_count: int = Field(sa_type=BigInteger)
    last_pressed_at: datetime | None = Field(default=None, sa_type=Instant)

    __table_args__ = (_button_of_station(), CheckConstraint("press_count >= 0", name="press_count"))


class RollupQuarter(SQLModel, table=True):
    """Counted presses of a button in one quarter of an hour, UTC."""

    __tablename__ = "rollup_quarter"

    station_id: UUID
    button_id: UUID
    quarter_start: datetime = Field(sa_type=Instant)
    press_count: int = Field(sa_type=BigInteger)

    # The count stands in the index, as in all of these: what belongs to one button is scattered over the table.
    __table_args__ = (
        PrimaryKeyConstraint("station_id", "button_id", "quarter_start", postgresql_include=["press_count"]),
        _button_of_station(),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class RollupHour(SQLModel, table=True):
    """Counted presses of a button in one hour, UTC: the quarters of an hour once more, for zones that keep whole hours."""

    __tablename__ = "rollup_hour"

    station_id: UUID
    button_id: UUID
    hour_start: datetime = Field(sa_type=Instant)
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "button_id", "hour_start", postgresql_include=["press_count"]),
        _button_of_station(),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class RollupDay(SQLModel, table=True):
    """Counted presses of a button on one day of the station's zone; rebuilt when the zone changes."""

    __tablename__ = "rollup_day"

    station_id: UUID
    button_id: UUID
    day: date
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "button_id", "day", postgresql_include=["press_count"]),
        _button_of_station(),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


# Stands for "no deck" where counts are kept, so that those of all decks and this one are those of the station.
NO_DECK = UUID(int=0)


class RollupDeckQuarter(SQLModel, table=True):
    """Counted presses of a deck, or of `NO_DECK`, in one quarter of an hour, UTC."""

    __tablename__ = "rollup_deck_quarter"

    station_id: UUID = Field(foreign_key="station.id")
    deck_id: UUID
    quarter_start: datetime = Field(sa_type=Instant)
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "deck_id", "quarter_start", postgresql_include=["press_count"]),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class RollupDeckDay(SQLModel, table=True):
    """Counted presses of a deck, or of `NO_DECK`, on one day of the station's zone; rebuilt when the zone changes."""

    __tablename__ = "rollup_deck_day"

    station_id: UUID = Field(foreign_key="station.id")
    deck_id: UUID
    day: date
    press_count: int = Field(sa_type=BigInteger)

    __table_args__ = (
        PrimaryKeyConstraint("station_id", "deck_id", "day", postgresql_include=["press_count"]),
        CheckConstraint("press_count >= 0", name="press_count"),
    )


class Watch(SQLModel, table=True):
    """An interval in which a process of the server was running and could reach the database."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant, index=True)
    # Set by a clean end; null while running, and after a crash.
    ended_at: datetime | None = Field(default=None, sa_type=Instant)

    __table_args__ = (CheckConstraint("last_seen_at >= started_at", name="ends_after_it_starts"),)


class JobKind(StrEnum):
    """What is done after the transaction that asked for it."""

    MAIL = "mail"


class Job(SQLModel, table=True):
    """Something to be done soon, and tried again until it is; then its row is deleted, whatever became of it."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: JobKind = Field(sa_type=String(20))
    payload: dict[str, Any] = Field(sa_type=JSONB)
    made_at: datetime = Field(sa_type=Instant)
    # Moved on before each try, so that a process that dies of it leaves it to others.
    due_at: datetime = Field(sa_type=Instant, index=True)
    # From then on it is not worth a try.
    give_up_at: datetime = Field(sa_type=Instant)
    try_count: int = 0

    __table_args__ = (
        CheckConstraint(_one_of("kind", JobKind), name="kind"),
        CheckConstraint("try_count >= 0", name="try_count"),
    )


# Stands for "no station" where events are noted, so that those of the instance distribute as those of a station do.
NO_STATION = UUID(int=0)


class AuditEvent(SQLModel, table=True):
    """Who did what, when, and from where. Append-only, and it outlives what it names: no id in it is a foreign key."""

    __tablename__ = "audit_event"

    station_id: UUID = Field(default=NO_STATION, primary_key=True)
    id: UUID = Field(primary_key=True)
    action: str = Field(max_length=80)
    actor: ActorKind = Field(sa_type=String(20))
    user_id: UUID | None = None
    api_token_id: UUID | None = None
    origin: str | None = Field(default=None, sa_type=INET)
    subject_id: UUID | None = None
    details: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=Instant)

    __table_args__ = (
        CheckConstraint("action ~ '^[a-z_]+:[a-z_]+:[a-z_]+$'", name="action"),
        CheckConstraint(_one_of("actor", ActorKind), name="actor"),
        Index(None, "station_id", "created_at", "id"),
        Index(None, "created_at", "id"),
    )


class ImportedSpan(SQLModel, table=True):
    """From the first to the last use that was brought from another installation, which recorded in this server's place."""

    __tablename__ = "imported_span"

    station_id: UUID = Field(foreign_key="station.id", primary_key=True)
    started_at: datetime = Field(sa_type=Instant, primary_key=True)
    ended_at: datetime = Field(sa_type=Instant)

    __table_args__ = (CheckConstraint("ended_at >= started_at", name="ends_after_it_starts"),)
