"""Shapes of the presses room."""

from datetime import datetime
from typing import Annotated, NamedTuple, Self
from uuid import UUID

from pydantic import Field

from app.core.errors import FieldError
from app.core.shapes import InputShape, InstantInput, Line, Shape, paragraph
from app.features.presses.ingest import Recording
from app.models import Channel, CorrectionKind, PressStatus

MAX_NOTE = 1000
MAX_BATCH_PRESSES = 1000

Note = Annotated[str, paragraph(max_length=MAX_NOTE)]
Reason = Annotated[str, paragraph(min_length=1, max_length=MAX_NOTE, is_stripped=True)]


class PressedButton(Shape):
    """The button of an answered press."""

    title: str
    usage_count: int


class RecordedPress(Shape):
    """The answer to a press: it is on the record."""

    status: PressStatus
    press_id: UUID
    button: PressedButton
    pressed_at: datetime

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """The answer to a press that was recorded so."""
        button = PressedButton(title=recording.title, usage_count=recording.usage_count)
        return cls(status=recording.status, press_id=recording.press_id, button=button, pressed_at=recording.pressed_at)


class PressBody(InputShape):
    """What a POST to a press URL may carry. Every field may be left out, and so may the body."""

    id: UUID | None = Field(default=None, description="Made by the sender, so that resending never counts twice.")
    pressed_at: InstantInput | None = Field(
        default=None, description="When the key was pressed, by the sender's clock."
    )
    sent_at: InstantInput | None = Field(
        default=None, description="The sender's clock at sending; shows how far it is off."
    )
    note: Note | None = None


class BatchPress(PressBody):
    """One press of a batch."""

    id: UUID
    press_key: Line


class ButtonBatchPress(PressBody):
    """One press of a batch that was sent with an API token with `press:write`: it names the button itself."""

    id: UUID
    button_id: UUID = Field(description="A button of the token's station.")
    deck_id: UUID | None = Field(default=None, description="A deck of the token's station.")


class Problem(Shape):
    """Why one press of a batch was not recorded."""

    code: str
    detail: str
    errors: list[FieldError]


class BatchAnswer(Shape):
    """The answer to one press of a batch, at the same place. `status_code` is what it would have got alone."""

    id: str | None
    status_code: int
    press: RecordedPress | None
    problem: Problem | None


class BatchAnswers(Shape):
    """The answers to a batch, in the order of its presses."""

    data: list[BatchAnswer]
    count: int


class ManualPress(InputShape):
    """A play that was missed by the keys, entered by a person."""

    id: UUID | None = Field(default=None, description="Made by the sender, so that resending never counts twice.")
    button_id: UUID
    pressed_at: InstantInput
    reason: Reason


class CorrectionReason(InputShape):
    """Why a press is to count otherwise; it stays on the record."""

    reason: Reason


class NoteText(InputShape):
    """A note to a press, which is never changed."""

    note: Reason


class PersonPublic(Shape):
    """Who did something. The name is the full name, or the part of the address before the @."""

    id: UUID
    name: str


class CorrectionPublic(Shape):
    """A correction or a later note; `seq` is its place in the order of receipt, among the presses."""

    seq: int
    kind: CorrectionKind
    text: str
    created_at: datetime
    created_by: PersonPublic


class AiredButton(Shape):
    """A button as it was when the press aired."""

    id: UUID
    version: int
    title: str
    type: str
    description: str | None
    duration: float | None
    source: str | None


class PressDeck(Shape):
    """The deck whose key was pressed, by its name of today."""

    id: UUID
    name: str


class PressPublic(Shape):
    """A row of the log. `status` is what the press counts as now, `recorded_status` what it was recorded as."""

    id: UUID
    seq: int
    status: PressStatus
    recorded_status: PressStatus
    button: AiredButton
    deck: PressDeck | None
    pressed_at: datetime
    received_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    clock_offset_ms: int | None
    is_clock_suspect: bool
    origin: str | None
    channel: Channel
    note: str | None
    recorded_by: PersonPublic | None
    corrections: list[CorrectionPublic]


class CorrectedPress(Shape):
    """A correction, and its press as it is now."""

    correction: CorrectionPublic
    press: PressPublic


class LogCorrection(NamedTuple):
    """A correction or a later note, as the log reads it."""

    seq: int
    kind: str
    text: str
    created_at: datetime
    user_id: UUID
    user_name: str


class LogRow(NamedTuple):
    """A row of the log as it is read, with all that belongs to it: what answers and files are made of.

    Up to `recorder_id`, the columns of `queries.LOG_ROWS` in their order.
    """

    id: UUID
    seq: int
    status: str
    recorded_status: str
    pressed_at: datetime
    received_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    clock_offset_ms: int | None
    is_clock_suspect: bool
    origin: str | None
    channel: str
    note: str | None
    button_id: UUID
    button_version: int
    title: str
    type: str
    description: str | None
    duration: float | None
    source: str | None
    deck_id: UUID | None
    deck_name: str | None
    recorder_id: UUID | None
    recorder_name: str | None
    corrections: list[LogCorrection]


class PressPage(Shape):
    """A page of the log, newest first. `next_cursor` is null at the end; a page may be short, even empty, before."""

    data: list[PressPublic]
    next_cursor: str | None


class GapPublic(Shape):
    """A span in which no server was running: what was pressed then may be missing."""

    started_at: datetime
    ended_at: datetime


class WatchesPublic(Shape):
    """Spans not recorded, oldest first, between `start` and `end`."""

    data: list[GapPublic]
    count: int
    start: datetime
    end: datetime


class RecordingState(Shape):
    """Whether presses are being recorded now, and the latest span in which they were not, where one is known."""

    is_recording: bool
    last_gap: GapPublic | None
