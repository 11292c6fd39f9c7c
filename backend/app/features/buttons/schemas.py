"""Shapes of the buttons room: what may be said about a button, and what is answered."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from app.core import shapes
from app.core.shapes import BLANK_IS_NULL, DayInput, InputShape, Shape, left_out, line, paragraph
from app.features.buttons.rules import MAX_TITLE_LENGTH, distinct_tags

MAX_TYPE_LENGTH = 40
MAX_DESCRIPTION_LENGTH = 4000
MAX_SOURCE_LENGTH = 500
MAX_DURATION_S = 86_400
MAX_TAGS = 20
MAX_TAG_LENGTH = 40
MAX_SEARCH_LENGTH = 200
SUGGESTED_TYPES = ["psa", "station_id", "sound_effect", "promo", "underwriting", "music", "other"]

COLOR_PATTERN = r"^#[0-9A-Fa-f]{6}$"


def _hex_color(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(COLOR_PATTERN, value):
        msg = "must look like #1a2b3c"
        raise ValueError(msg)
    return value


Title = Annotated[str, line(min_length=1, max_length=MAX_TITLE_LENGTH)]
ButtonType = Annotated[
    str,
    line(min_length=1, max_length=MAX_TYPE_LENGTH),
    Field(description=f"What kind of thing it is, in the station's words; often {', '.join(SUGGESTED_TYPES)}."),
]
Description = Annotated[Annotated[str, paragraph(max_length=MAX_DESCRIPTION_LENGTH)] | None, BLANK_IS_NULL]
Duration = Annotated[
    Annotated[float, Field(strict=True, ge=0, le=MAX_DURATION_S, allow_inf_nan=False)] | None,
    Field(description="Seconds."),
]
Source = Annotated[Annotated[str, line(max_length=MAX_SOURCE_LENGTH)] | None, BLANK_IS_NULL]
Tag = Annotated[str, line(min_length=1, max_length=MAX_TAG_LENGTH)]
Tags = Annotated[
    list[Tag],
    AfterValidator(distinct_tags),
    Field(max_length=MAX_TAGS, description="In their order; of two that differ in case only, the first is kept."),
]
Color = Annotated[str, StringConstraints(pattern=COLOR_PATTERN, to_lower=True), BeforeValidator(_hex_color)]
DedupWindowMs = Annotated[
    shapes.DedupWindowMs | None,
    Field(description="Milliseconds; null follows the station's default."),
]
StartsOn = Annotated[DayInput | None, Field(description="First day of its life, in the station's zone.")]
EndsOn = Annotated[DayInput | None, Field(description="Last day of its life, in the station's zone.")]


class ButtonCreate(InputShape):
    """A new button."""

    title: Title
    type: ButtonType
    description: Description = None
    duration: Duration = None
    source: Source = None
    tags: Tags = Field(default_factory=list)
    color: Color | None = None
    starts_on: StartsOn = None
    ends_on: EndsOn = None
    dedup_window_ms: DedupWindowMs = None


class ButtonUpdate(InputShape):
    """Any subset of a button's fields; what is left out stays as it is, and only nullable fields take null."""

    title: Title = Field(default_factory=left_out)
    type: ButtonType = Field(default_factory=left_out)
    tags: Tags = Field(default_factory=left_out)
    description: Description = None
    duration: Duration = None
    source: Source = None
    color: Color | None = None
    starts_on: StartsOn = None
    ends_on: EndsOn = None
    dedup_window_ms: DedupWindowMs = None


class ButtonDuplicate(InputShape):
    """How the copy is called; by default as the original, marked as a copy."""

    title: Title | None = None


class ButtonRetire(InputShape):
    """Whether the button is to be retired: its presses are then stored without being counted."""

    retire: Annotated[bool, Field(strict=True)]


class PressKeyCreate(InputShape):
    """A new press key, for one deck or for none."""

    deck_id: UUID | None = None


class PressKeyRotate(InputShape):
    """Which key is to be replaced; by default the one that `press_url` shows."""

    key_id: UUID | None = None


class ButtonState(StrEnum):
    """Which buttons a list holds."""

    ACTIVE = "active"
    RETIRED = "retired"
    ALL = "all"


class ButtonSort(StrEnum):
    """The order of a list; descending with a leading minus. Buttons without the value come last either way."""

    TITLE = "title"
    TITLE_DESC = "-title"
    TYPE = "type"
    TYPE_DESC = "-type"
    CREATED_AT = "created_at"
    CREATED_AT_DESC = "-created_at"
    USAGE_COUNT = "usage_count"
    USAGE_COUNT_DESC = "-usage_count"
    LAST_PRESSED_AT = "last_pressed_at"
    LAST_PRESSED_AT_DESC = "-last_pressed_at"
    DURATION = "duration"
    DURATION_DESC = "-duration"

    @property
    def is_descending(self) -> bool:
        """Whether the largest, the newest or the last in the alphabet comes first."""
        return self.startswith("-")

    @property
    def key(self) -> str:
        """The value that is sorted by, without the direction."""
        return self.removeprefix("-")


class ButtonListing(BaseModel):
    """Which buttons to list, in which order."""

    q: Annotated[str, line(max_length=MAX_SEARCH_LENGTH)] = Field(
        default="", description="Text that the title, description, source or a tag contains, in any case."
    )
    type: Annotated[str, line(max_length=MAX_TYPE_LENGTH)] = Field(
        default="", description="Buttons of this type, in any case."
    )
    tag: Annotated[str, line(max_length=MAX_TAG_LENGTH)] = Field(
        default="", description="Buttons with this tag, in any case."
    )
    state: ButtonState = ButtonState.ACTIVE
    sort: ButtonSort = ButtonSort.TITLE


class ButtonPublic(Shape):
    """A button as it is now."""

    id: UUID
    station_id: UUID
    title: str
    type: str
    description: str | None
    duration: float | None = Field(description="Seconds.")
    source: str | None
    version: int
    tags: list[str]
    color: str | None
    starts_on: date | None
    ends_on: date | None
    dedup_window_ms: int = Field(description="In force: the button's own, or the station's default.")
    dedup_window_is_default: bool
    press_url: str | None = Field(description="For editors and owners; null for viewers, and without an active key.")
    usage_count: int
    last_pressed_at: datetime | None
    retired_at: datetime | None
    created_at: datetime
    updated_at: datetime = Field(description="When the current version was made.")


class ButtonsPublic(Shape):
    """One page of buttons, and how many there are in all."""

    data: list[ButtonPublic]
    count: int


class ButtonVersionPublic(Shape):
    """What a button said from `created_at` on."""

    number: int
    title: str
    type: str
    description: str | None
    duration: float | None = Field(description="Seconds.")
    source: str | None
    created_at: datetime
    created_by: UUID | None


class ButtonVersionsPublic(Shape):
    """One page of a button's versions, newest first, and how many there are in all."""

    data: list[ButtonVersionPublic]
    count: int


class ButtonRetirementPublic(Shape):
    """One span in which a button was retired; open while `unretired_at` is null."""

    button_id: UUID
    title: str = Field(description="The button's title today.")
    retired_at: datetime
    retired_by: UUID | None
    unretired_at: datetime | None
    unretired_by: UUID | None


class ButtonRetirementsPublic(Shape):
    """One page of retirements, newest first, and how many there are in all."""

    data: list[ButtonRetirementPublic]
    count: int


class KeyDeck(Shape):
    """The deck that a press key was made for."""

    id: UUID
    name: str


class PressKeyPublic(Shape):
    """A press key. It is readable, since it must be copied into a deck."""

    id: UUID
    key: str
    press_url: str
    is_imported_address: bool = Field(
        description="The address that an imported button had before. It holds no secret but the button's id."
    )
    button_id: UUID
    deck: KeyDeck | None
    created_at: datetime
    revoked_at: datetime | None
    last_heard_at: datetime | None


class OldAddressState(StrEnum):
    """Why a key is thought to call an address that press URLs no longer have."""

    CALLED = "called"
    NOT_HEARD_SINCE = "not_heard_since"
    NEVER_HEARD = "never_heard"


class OldAddressKey(Shape):
    """A press key that a deck may still have under an old address.

    `called`: its latest press came to `old_url`. `not_heard_since`: it was handed out as `old_url`, and nothing has been
    heard of it since the address changed. `never_heard`: it was handed out as `old_url`, and was never heard at all, so no
    deck may have it; revoke it where none has.
    """

    key_id: UUID
    key_prefix: str
    button_id: UUID
    button_title: str
    deck: KeyDeck | None
    state: OldAddressState
    old_url: str
    # To be put in its place.
    press_url: str
    last_called_at: datetime | None
    last_heard_at: datetime | None
    created_at: datetime


class OldAddressKeysPublic(Shape):
    """One page of the keys that may still call an old address, by deck and title, those that were never heard last; and
    what press URLs begin with now.
    """

    public_url: str
    # Since when they do; null where it has always been so.
    changed_at: datetime | None
    data: list[OldAddressKey]
    count: int


class PressKeysPublic(Shape):
    """One page of a button's press keys, newest first, and how many there are in all."""

    data: list[PressKeyPublic]
    count: int
