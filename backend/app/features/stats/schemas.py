"""Shapes of the stats room: what may be asked of the counts, and what is answered.

Ranges are days of a zone, half-open: `start` is in, `end` is out.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.shapes import DayInput, Shape, line
from app.features.accounts.schemas import Zone
from app.features.buttons.schemas import MAX_TAG_LENGTH, MAX_TYPE_LENGTH, ButtonState
from app.features.stats.periods import EARLIEST_DAY, LATEST_DAY, Bucket

MAX_SERIES = 50
MAX_LISTED = 200
MAX_UNUSED_DAYS = 3_660

Start = Annotated[DayInput | None, Field(description="The first day.")]
End = Annotated[DayInput | None, Field(description="The day after the last one; by default the last one is today.")]
ZoneAsked = Annotated[
    Zone | None,
    Field(description="Zone in which days and hours are cut; by default the station's, which has the longest reach."),
]


TypeAsked = Annotated[
    Annotated[str, line(min_length=1, max_length=MAX_TYPE_LENGTH)] | None,
    Field(description="Buttons that are of this type today, in any case."),
]
NOT_RECORDING = "in which no server was running, or the station was not there yet, until now"


class Grouping(StrEnum):
    """What each series of counts stands for."""

    STATION = "station"
    BUTTON = "button"
    TYPE = "type"
    TAG = "tag"
    DECK = "deck"


class TopOrder(StrEnum):
    """Which buttons come first: the most used, or those whose use fell or rose most."""

    MOST = "most"
    DECLINING = "declining"
    RISING = "rising"


class Selection(BaseModel):
    """Whose presses are counted; by default the whole station's. A deck goes with none of the others."""

    button_id: UUID | None = None
    type: TypeAsked = None
    tag: Annotated[
        Annotated[str, line(min_length=1, max_length=MAX_TAG_LENGTH)] | None,
        Field(description="Buttons that have this tag today, in any case."),
    ] = None
    deck_id: UUID | None = None


class DaysQuery(BaseModel):
    """Some days of a zone."""

    start: Start = None
    end: End = None
    tz: ZoneAsked = None


class RangeQuery(Selection, DaysQuery):
    """Presses of some days."""


class TimeseriesQuery(RangeQuery):
    """Presses of some days, in buckets."""

    bucket: Bucket = Bucket.DAY
    by: Annotated[
        Grouping,
        Field(
            description="What each series stands for. Types and tags are those that buttons have today, so that one that is "
            "renamed takes its past along. A button with several tags counts for each, so tags may add up to more than the "
            "station; presses without a deck are of none, so decks may add up to less."
        ),
    ] = Grouping.STATION
    limit: Annotated[int, Field(ge=1, le=MAX_SERIES, description="How many series; the largest are taken.")] = 10


class HeatmapQuery(RangeQuery):
    """Presses of some days, by weekday and hour."""


class CalendarQuery(Selection):
    """Presses of a year."""

    year: Annotated[int | None, Field(ge=EARLIEST_DAY.year, lt=LATEST_DAY.year, description="By default this one.")] = (
        None
    )
    tz: ZoneAsked = None


class TopQuery(DaysQuery):
    """Buttons by their use over some days."""

    order: TopOrder = TopOrder.MOST
    state: ButtonState = ButtonState.ACTIVE
    type: TypeAsked = None
    limit: Annotated[int, Field(ge=1, le=MAX_LISTED)] = 10


class UnusedQuery(BaseModel):
    """Buttons that nobody needs any more, or nobody ever did."""

    days: Annotated[int, Field(ge=1, le=MAX_UNUSED_DAYS, description="Not used for so many days.")] = 90
    state: ButtonState = ButtonState.ACTIVE
    type: TypeAsked = None


class CountedSpan(Shape):
    """Presses since the beginning of a day, week or month, beside the same span before it."""

    start: date
    press_count: int
    not_recording_s: int = Field(description=f"Seconds {NOT_RECORDING}.")
    before_start: date
    before_so_far_count: int = Field(description="Of the span before, until its clocks showed the same time.")
    before_count: int = Field(description="Of the whole span before.")
    before_not_recording_s: int = Field(description="Seconds of the whole span before.")


class SummaryPublic(Shape):
    """How many presses counted, so far."""

    zone: str
    at: datetime
    today: CountedSpan
    week: CountedSpan = Field(description="Since Monday.")
    month: CountedSpan | None = Field(description="Null in a zone other than the station's: it reaches too far back.")
    all_count: int


class BucketPublic(Shape):
    """A span of a series."""

    starts_at: datetime
    ends_at: datetime
    label: str = Field(
        description="As the zone's clocks and calendars have it: 2026-11-25 14:00, 2026-11-25, the Monday of a week, "
        "2026-11."
    )
    not_recording_s: int = Field(description=f"Seconds {NOT_RECORDING}.")


class SeriesPublic(Shape):
    """Presses by bucket."""

    key: str = Field(description="Id of the button or deck; type or tag in small letters; `station`.")
    title: str
    total: int
    counts: list[int | None] = Field(
        description="One for each bucket; null where nothing came in because no server was running in any of it."
    )


class TimeseriesPublic(Shape):
    """Presses over time. Series are largest first; buckets that have not begun are left out, the last may not be over."""

    at: datetime
    zone: str
    bucket: Bucket
    by: Grouping
    start: date = Field(description="The first day that is counted: a week or month that was begun is counted whole.")
    end: date = Field(description="The day after the last one.")
    buckets: list[BucketPublic]
    series: list[SeriesPublic]
    series_count: int = Field(description="How many series there are, those left out included.")


class HeatmapPublic(Shape):
    """Presses by weekday and hour."""

    zone: str
    start: date
    end: date
    total: int
    not_recording_s: int = Field(description=f"Seconds of these days {NOT_RECORDING}.")
    counts: list[list[int | None]] = Field(
        description="Seven weekdays, Monday first, each with its 24 hours; null for an hour that was never recorded."
    )


class CalendarDay(Shape):
    """Presses of a day; null when nothing came in because no server was running on any of it."""

    day: date
    press_count: int | None
    not_recording_s: int = Field(description=f"Seconds {NOT_RECORDING}.")


class CalendarPublic(Shape):
    """Presses of a year by day, as far as it has come."""

    zone: str
    year: int
    total: int
    days: list[CalendarDay]


class ButtonName(Shape):
    """A button as it is today."""

    id: UUID
    title: str
    type: str
    color: str | None
    retired_at: datetime | None


class TopButton(Shape):
    """How much a button was used, and how much over as many days before, as far as the days themselves have come."""

    button: ButtonName
    press_count: int
    before_count: int
    difference: int
    change: float | None = Field(description="The difference as a part of the count before; null where that is 0.")


class TopPublic(Shape):
    """Buttons with presses in these days or in as many before, and how many there are in all."""

    zone: str
    start: date
    end: date
    before_start: date
    not_recording_s: int = Field(description=f"Seconds of these days {NOT_RECORDING}.")
    before_not_recording_s: int = Field(description="Seconds of the days before them, likewise.")
    data: list[TopButton]
    count: int


class UnusedButton(Shape):
    """A button that was not used lately; null uses where it never was."""

    button: ButtonName
    created_at: datetime
    usage_count: int
    first_used_at: datetime | None
    last_used_at: datetime | None


class UnusedPublic(Shape):
    """One page of buttons that were there and not used since a time, longest unused first, never used before all."""

    since: datetime
    data: list[UnusedButton]
    count: int


class UsedDeck(Shape):
    """The deck that a press came from."""

    id: UUID
    name: str


class RecentUse(Shape):
    """A counted press."""

    timestamp: datetime
    origin: str | None
    press_id: UUID
    deck: UsedDeck | None


class Neighbour(Shape):
    """A button of the same type, and how much it was used."""

    button: ButtonName
    press_count: int
    last_used_at: datetime | None
    is_itself: bool


class UsagePublic(Shape):
    """The use of one button."""

    usage_count: int
    first_used_at: datetime | None
    last_used_at: datetime | None
    recent_uses: list[RecentUse] = Field(description="Newest first.")
    trend: TimeseriesPublic = Field(description="The last 90 days.")
    heatmap: HeatmapPublic = Field(description="The last 365 days.")
    neighbours: list[Neighbour] = Field(description="Most used of its type over the last 90 days; itself included.")
