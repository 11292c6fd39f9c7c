"""Shapes of the decks room."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.shapes import InputShape, InstantInput, Shape, left_out, line

DeckName = Annotated[str, line(min_length=1, max_length=200)]
TestModeUntil = Annotated[
    InstantInput | None,
    Field(description="Until then presses of this deck are stored as tests; at most 24 hours ahead, null ends it."),
]


class DeckCreate(InputShape):
    """A new deck."""

    name: DeckName
    test_mode_until: TestModeUntil = None


class DeckUpdate(InputShape):
    """Any subset of a deck's fields; what is left out stays as it is."""

    name: DeckName = Field(default_factory=left_out)
    test_mode_until: TestModeUntil = None


class DeckPublic(Shape):
    """A deck; when it was last heard is the newest of its keys' times, revoked ones included."""

    id: UUID
    station_id: UUID
    name: str
    test_mode_until: datetime | None
    is_in_test_mode: bool
    last_heard_at: datetime | None
    usual_hours: list[list[int]] = Field(
        description="For each weekday, Monday first, the hours of the day in which it is usually heard."
    )
    is_quiet: bool = Field(description="Silent for unusually long, within its usual hours.")
    silent_usual_hours: int = Field(description="Whole usual hours since it was last heard, of those recorded.")
    key_count: int = Field(description="Active press keys.")
    created_at: datetime


class DecksPublic(Shape):
    """One page of decks, by name, and how many there are in all."""

    data: list[DeckPublic]
    count: int
