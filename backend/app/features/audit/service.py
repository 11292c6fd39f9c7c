"""Reading what was noted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app.core.errors import CursorInvalid
from app.features.audit import queries
from app.features.audit.queries import EventRow
from app.features.audit.schemas import ActorPublic, EventListing, EventPage, EventPublic
from app.models import NO_STATION, ActorKind, AuditEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def list_events(session: Session, *, station_id: UUID | None, listing: EventListing) -> EventPage:
    """One page of a station's events, or of all of the instance, newest first. Raises CursorInvalid."""
    rows = queries.list_events(
        session,
        station_id=station_id,
        action=listing.action,
        user_id=listing.user_id,
        subject_id=listing.subject_id,
        start=listing.start,
        end=listing.end,
        after=_place(listing.cursor) if listing.cursor is not None else None,
        limit=listing.limit + 1,
    )
    shown = rows[: listing.limit]
    return EventPage(
        data=[_public(row) for row in shown],
        next_cursor=_cursor(shown[-1][0]) if len(rows) > len(shown) else None,
    )


def _cursor(event: AuditEvent) -> str:
    return f"{(event.created_at - _EPOCH) // _MICROSECOND}.{event.id.hex}"


def _place(cursor: str) -> tuple[datetime, UUID]:
    microseconds, _, event_id = cursor.partition(".")
    try:
        return _EPOCH + int(microseconds) * _MICROSECOND, UUID(event_id)
    except (ValueError, OverflowError):
        raise CursorInvalid("The cursor is not one that a page of these events gave.") from None


def _public(row: EventRow) -> EventPublic:
    event, full_name, email = row
    actor = ActorPublic(
        kind=ActorKind(event.actor),
        user_id=event.user_id,
        name=full_name or (email.partition("@")[0] if email else None),
        api_token_id=event.api_token_id,
        origin=str(event.origin) if event.origin is not None else None,
    )
    return EventPublic(
        id=event.id,
        created_at=event.created_at,
        action=event.action,
        actor=actor,
        station_id=None if event.station_id == NO_STATION else event.station_id,
        subject_id=event.subject_id,
        details=event.details,
    )
