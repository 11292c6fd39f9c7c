"""SQL of what was noted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, tuple_
from sqlmodel import Session, col, select

from app.features.audit.actions import Action
from app.models import NO_STATION, AuditEvent, User

type EventRow = tuple[AuditEvent, str | None, str | None]

COUNT_EVENTS = """
SELECT count(*)
FROM (
    SELECT
    FROM audit_event
    WHERE station_id = :station_id
      AND created_at > :since
      AND action = :action
      AND subject_id IS NOT DISTINCT FROM :subject_id
    LIMIT :most
) AS e
"""


def count_events(session: Session, *, action: Action, subject_id: UUID | None, since: datetime, most: int) -> int:
    """How often an action that is no station's was noted of a subject, or of none, after `since`; `most` at most."""
    values: dict[str, Any] = {"action": action.value, "subject_id": subject_id, "since": since, "most": most}
    return int(session.connection().execute(text(COUNT_EVENTS), values | {"station_id": NO_STATION}).scalar_one())


def write_nothing(session: Session) -> None:
    """Have the transaction wait for the disk, as one does that has written a row, and leave none."""
    session.connection().execute(text("SELECT pg_logical_emit_message(true, 'tracker', '')"))


def list_events(
    session: Session,
    *,
    station_id: UUID | None,
    action: Action | None,
    user_id: UUID | None,
    subject_id: UUID | None,
    start: datetime | None,
    end: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[EventRow]:
    """Events of a station, or of everything, newest first, with the name and the address of who is still there."""
    query = select(AuditEvent, User.full_name, User.email).outerjoin(User, col(User.id) == col(AuditEvent.user_id))
    given = {
        col(AuditEvent.station_id): station_id,
        col(AuditEvent.action): action,
        col(AuditEvent.user_id): user_id,
        col(AuditEvent.subject_id): subject_id,
    }
    for column, value in given.items():
        if value is not None:
            query = query.where(column == value)
    if start is not None:
        query = query.where(col(AuditEvent.created_at) >= start)
    if end is not None:
        query = query.where(col(AuditEvent.created_at) < end)
    place = tuple_(col(AuditEvent.created_at), col(AuditEvent.id))
    if after is not None:
        query = query.where(place < after)
    query = query.order_by(col(AuditEvent.created_at).desc(), col(AuditEvent.id).desc()).limit(limit)
    return list(session.exec(query))
