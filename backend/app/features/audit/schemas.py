"""Shapes of what was noted."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.shapes import InstantInput, Shape, line
from app.features.audit.actions import Action
from app.models import ActorKind

MAX_PAGE = 200


class EventListing(BaseModel):
    """Which events to list. The range is half-open."""

    action: Action | None = None
    user_id: UUID | None = Field(default=None, description="What this user did, also by a token.")
    subject_id: UUID | None = Field(default=None, description="What was done to this: a button, a member, a session.")
    start: InstantInput | None = None
    end: InstantInput | None = None
    cursor: Annotated[str, line(max_length=100)] | None = Field(
        default=None, description="`next_cursor` of the page before."
    )
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class ActorPublic(Shape):
    """Who did it. The name is null where there is no such account any more; its id stays."""

    kind: ActorKind
    user_id: UUID | None
    name: str | None = Field(examples=["Dana Reyes"])
    api_token_id: UUID | None
    origin: str | None


class EventPublic(Shape):
    """Something that was done. Without a station it is an affair of the instance."""

    id: UUID
    created_at: datetime
    action: str = Field(examples=[Action.BUTTON_DELETED])
    actor: ActorPublic
    station_id: UUID | None
    subject_id: UUID | None
    details: dict[str, Any] = Field(examples=[{"title": "Buckle up"}])


class EventPage(Shape):
    """Events, newest first; only a null `next_cursor` is the end."""

    data: list[EventPublic]
    next_cursor: str | None
