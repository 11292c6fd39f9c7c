"""Who can log in, and by what: accounts, sessions, links that work once, tokens for programs."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from app.models.columns import Instant, one_of


class LinkPurpose(StrEnum):
    """What somebody can do with a link that was sent to them."""

    PASSWORD = "password"  # noqa: S105  a name
    ADDRESS = "address"


class Scope(StrEnum):
    """What an API token opens."""

    PRESS_WRITE = "press:write"
    PRESSES_READ = "presses:read"
    BUTTONS_READ = "buttons:read"
    BUTTONS_WRITE = "buttons:write"


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

    __table_args__ = (CheckConstraint(one_of("purpose", LinkPurpose), name="purpose"),)


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
