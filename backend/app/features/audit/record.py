"""Noting what was done, in the transaction that does it: what is rolled back was never noted."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlmodel import Session

from app.core.ids import time_ordered_id
from app.features.audit import queries
from app.features.audit.actions import SECRET_NAMES, Action
from app.models import NO_STATION, ActorKind, AuditEvent

# Whoever guesses passwords must not fill the disk with it: so many refusals an hour are noted of one account, and as
# many of all that there are none of. The same work is done either way, so that the time tells nothing.
MAX_REFUSALS = 100
REFUSALS_COUNTED_OVER = timedelta(hours=1)


@dataclass(frozen=True)
class Actor:
    """Who does something, and from where. `user_id` of a token is its maker's."""

    kind: ActorKind
    user_id: UUID | None = None
    api_token_id: UUID | None = None
    origin: str | None = None

    def known_as(self, user_id: UUID) -> Self:
        """The same, once it is known who it is."""
        return replace(self, kind=ActorKind.USER, user_id=user_id)


COMMAND = Actor(ActorKind.COMMAND)
SERVER = Actor(ActorKind.SERVER)


@dataclass(frozen=True)
class Audit:
    """Notes what one request or command does, in its transaction."""

    session: Session
    actor: Actor
    now: datetime

    def known_as(self, user_id: UUID) -> Self:
        """For who has only just said who they are: by a password, or by making an account."""
        return replace(self, actor=self.actor.known_as(user_id))

    def note(
        self, action: Action, *, station_id: UUID | None = None, subject_id: UUID | None = None, **details: object
    ) -> None:
        """Note that `action` was done to `subject_id`; of a station, or of the instance.

        Details are small, and hold no secret: who reads the events must not be able to act by them.
        """
        self.session.add(_event(action, self.actor, self.now, station_id, subject_id, details))


def note_refusal(session: Session, action: Action, *, actor: Actor, subject_id: UUID | None, now: datetime) -> None:
    """Note that a password was wrong, unless that was noted often enough lately.

    In a transaction of its own: that of the request is rolled back.
    """
    since = now - REFUSALS_COUNTED_OVER
    noted = queries.count_events(session, action=action, subject_id=subject_id, since=since, most=MAX_REFUSALS)
    if noted < MAX_REFUSALS:
        Audit(session, actor, now).note(action, subject_id=subject_id)
    else:
        queries.write_nothing(session)


def _event(
    action: Action,
    actor: Actor,
    now: datetime,
    station_id: UUID | None,
    subject_id: UUID | None,
    details: dict[str, Any],
) -> AuditEvent:
    secret = details.keys() & SECRET_NAMES
    if secret:
        msg = f"{action}: {sorted(secret)} must not be noted"
        raise ValueError(msg)
    return AuditEvent(
        station_id=station_id or NO_STATION,
        id=time_ordered_id(now),
        action=action,
        actor=actor.kind,
        user_id=actor.user_id,
        api_token_id=actor.api_token_id,
        origin=actor.origin,
        subject_id=subject_id,
        details=to_jsonable_python(details),
        created_at=now,
    )
