"""What is to be done, and who did what."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlmodel import Field, SQLModel

from app.models.columns import Instant, one_of


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
        CheckConstraint(one_of("kind", JobKind), name="kind"),
        CheckConstraint("try_count >= 0", name="try_count"),
    )


class Round(SQLModel, table=True):
    """When work that comes round was last done, by whichever process."""

    name: str = Field(max_length=40, primary_key=True)
    done_at: datetime = Field(sa_type=Instant)


class ActorKind(StrEnum):
    """Who did what was noted: somebody logged in, an API token, a command, the server by itself, or nobody known."""

    USER = "user"
    TOKEN = "token"  # noqa: S105  a kind of actor
    COMMAND = "command"
    SERVER = "server"
    STRANGER = "stranger"


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
        CheckConstraint(one_of("actor", ActorKind), name="actor"),
        Index(None, "station_id", "created_at", "id"),
        Index(None, "created_at", "id"),
    )
