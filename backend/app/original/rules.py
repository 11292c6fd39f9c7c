"""What becomes of the original's buttons, retirements and uses: decided here, with everything passed in.

Rows may hold anything. Users are in `people_rules`.
"""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from app.features.buttons.rules import MAX_TITLE_LENGTH, Said
from app.features.buttons.schemas import MAX_DESCRIPTION_LENGTH, MAX_DURATION_S, MAX_SOURCE_LENGTH, MAX_TYPE_LENGTH
from app.features.presses.imported import ImportedUse
from app.features.presses.ingest import origin_address
from app.features.presses.rules import EARLIEST_CREDIBLE, MAX_CLOCK_AHEAD
from app.original.ledger import Fate, Remark

# Uses whose ids are no UUIDs get one of these, the same in every run.
USES = uuid5(NAMESPACE_URL, "https://github.com/mdrxy/streamdeck-buttons#buttonuse")
UNTITLED = "(untitled)"
OTHER_TYPE = "other"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MINUTES = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)", re.ASCII)
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:s|sec|secs|seconds)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class RawButton:
    """A row of `button`. Instants are null where there is none that this program can write down."""

    id: str | None
    title: str | None
    type: str | None
    description: str | None
    duration: str | None
    source: str | None
    created_at: datetime | None
    created_by: str | None
    is_retired: bool
    retired_at: datetime | None
    usage_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRetirement:
    """A row of `buttonretirement`."""

    id: str | None
    button_id: str | None
    created_by: str | None
    retired_at: datetime | None
    is_open: bool
    unretired_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawUse:
    """A row of `buttonuse`; `said_at` is its time as the original writes it."""

    id: str | None
    button_id: str | None
    at: datetime | None
    said_at: str | None
    origin: str | None


# Buttons


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedButton:
    """A button that comes, with what had to be changed about it."""

    id: UUID
    said: Said
    created_at: datetime
    created_by: UUID | None
    remarks: Sequence[Remark]


def plan_button(raw: RawButton, *, now: datetime) -> PlannedButton | Remark:
    """The button's first version; or why it cannot come."""
    button_id = as_uuid(raw.id)
    if button_id is None:
        return Remark(Fate.LEFT, "the id is no UUID", raw.title or "")
    remarks: list[Remark] = []
    title, description = _title(raw, remarks)
    kind = _cut(one_line(raw.type), MAX_TYPE_LENGTH, "type", remarks)
    if not kind:
        remarks.append(Remark(Fate.CHANGED, f"the type is empty: {OTHER_TYPE}"))
    said = Said(
        title=title,
        type=kind or OTHER_TYPE,
        description=_cut(description, MAX_DESCRIPTION_LENGTH, "description", remarks) or None,
        duration=_duration(raw.duration, remarks),
        source=_cut(one_line(raw.source), MAX_SOURCE_LENGTH, "source", remarks) or None,
    )
    created_at = raw.created_at if raw.created_at is not None and _is_credible(raw.created_at, now=now) else None
    if created_at is None:
        remarks.append(Remark(Fate.CHANGED, "its time of making is none, or not credible: as of now"))
    return PlannedButton(
        id=button_id,
        said=said,
        created_at=created_at or now,
        created_by=as_uuid(raw.created_by),
        remarks=remarks,
    )


def _title(raw: RawButton, remarks: list[Remark]) -> tuple[str, str]:
    """Title and description: what a title cannot hold stands in front of the description."""
    title, description = one_line(raw.title), _paragraph(raw.description)
    if not title:
        remarks.append(Remark(Fate.CHANGED, f"the title is empty: {UNTITLED}"))
        return UNTITLED, description
    if len(title) <= MAX_TITLE_LENGTH:
        return title, description
    remarks.append(Remark(Fate.CHANGED, "the title is too long: cut, and whole in the description", title))
    return title[: MAX_TITLE_LENGTH - 1].rstrip() + "…", f"{title}\n\n{description}".rstrip()


def _cut(text: str, length: int, name: str, remarks: list[Remark]) -> str:
    if len(text) > length:
        remarks.append(Remark(Fate.CHANGED, f"the {name} is too long: cut", text))
    return text[:length].rstrip()


def _duration(text: str | None, remarks: list[Remark]) -> float | None:
    if text is None or not text.strip():
        return None
    duration = seconds_of(text.strip())
    if duration is None:
        remarks.append(Remark(Fate.CHANGED, "the duration is no number of seconds up to a day: none", text))
    return duration


def seconds_of(text: str) -> float | None:
    """Seconds of `30`, `29.5`, `30 s`, `0:30` or `1:02:03`; None for what is no duration of at most a day."""
    clock, plain = _MINUTES.fullmatch(text), _SECONDS.fullmatch(text)
    if clock is not None:
        hours, minutes, seconds = clock.groups()
        value = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    elif plain is not None:
        value = float(plain[1])
    else:
        return None
    return value if math.isfinite(value) and value <= MAX_DURATION_S else None


# Retirements


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When a button was retired, and by whom; open while `end` is null."""

    start: datetime
    end: datetime | None
    by: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRetirements:
    """A button's retirements, in order, none overlapping; what was said of each row that is not among them."""

    spans: Sequence[Span]
    remarks: Sequence[tuple[str | None, Remark]]

    @property
    def retired_at(self) -> datetime | None:
        """Since when the button is retired now."""
        return self.spans[-1].start if self.spans and self.spans[-1].end is None else None


def plan_retirements(raws: Iterable[RawRetirement], *, button: RawButton, now: datetime) -> PlannedRetirements:
    """Whether a button is retired today is what the button says: the original refused its presses by that."""
    remarks: list[tuple[str | None, Remark]] = []
    usable: list[tuple[str | None, Span]] = []
    for raw in raws:
        span = _span(raw, button=button, now=now)
        if isinstance(span, Remark):
            remarks.append((raw.id, span))
        else:
            usable.append((raw.id, span))
    if button.is_retired and all(span.end is not None for _, span in usable):
        remarks.append((button.id, Remark(Fate.CHANGED, "the button is retired and no row says since when: made")))
        since = button.retired_at if button.retired_at and _is_credible(button.retired_at, now=now) else now
        usable.append((None, Span(start=min(since, now), end=None, by=None)))
    spans: list[Span] = []
    for raw_id, span in sorted(usable, key=lambda each: each[1].start):
        if spans and (spans[-1].end is None or span.start <= spans[-1].end):
            remarks.append((raw_id, Remark(Fate.CHANGED, "it overlaps another one: the two came as one")))
            spans[-1] = _joined(spans[-1], span)
        else:
            spans.append(span)
    return PlannedRetirements(spans=spans, remarks=remarks)


def _span(raw: RawRetirement, *, button: RawButton, now: datetime) -> Span | Remark:
    start, end = raw.retired_at, raw.unretired_at
    if start is None or not _is_credible(start, now=now):
        return Remark(Fate.LEFT, "its beginning is none, or not credible")
    if not raw.is_open and (end is None or not _is_credible(end, now=now)):
        return Remark(Fate.LEFT, "its end is not credible")
    if end is not None and end < start:
        return Remark(Fate.LEFT, "it ends before it begins", f"{start} to {end}")
    if raw.is_open and not button.is_retired:
        return Remark(Fate.LEFT, "it is open, and its button is in use", str(start))
    return Span(start=start, end=end, by=as_uuid(raw.created_by))


def _joined(one: Span, other: Span) -> Span:
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return Span(start=one.start, end=end, by=one.by)


# Uses


def plan_use(raw: RawUse, *, button_ids: Collection[UUID], now: datetime) -> ImportedUse | Remark:
    """The press that a use becomes; or why it cannot be one."""
    button_id = as_uuid(raw.button_id)
    if button_id is None or button_id not in button_ids:
        return Remark(Fate.LEFT, "its button is not there, or did not come", raw.button_id or "")
    if raw.at is None:
        return Remark(Fate.LEFT, "it has no time, or none that can be written down", raw.said_at or "")
    if raw.at < EARLIEST_CREDIBLE:
        return Remark(
            Fate.LEFT, f"it is from before {EARLIEST_CREDIBLE.year}, when there were no Stream Decks", str(raw.at)
        )
    if raw.at > now + MAX_CLOCK_AHEAD:
        return Remark(Fate.LEFT, "it lies in the future", str(raw.at))
    if raw.id is None:
        return Remark(Fate.LEFT, "it has no id", str(raw.at))
    return ImportedUse(
        id=as_uuid(raw.id) or uuid5(USES, raw.id),
        button_id=button_id,
        pressed_at=raw.at,
        origin=origin_address(raw.origin, [], []),
    )


def _is_credible(at: datetime, *, now: datetime) -> bool:
    return EARLIEST_CREDIBLE <= at <= now + MAX_CLOCK_AHEAD


# Text


def as_uuid(text: str | None) -> UUID | None:
    """The UUID that a text is, in PostgreSQL's spelling or another usual one."""
    try:
        return UUID(text) if text is not None and text.isascii() else None
    except ValueError:
        return None


def one_line(text: str | None) -> str:
    """The text without line breaks, control characters and white space around it."""
    return " ".join(_CONTROL.sub(" ", text or "").split())


def _paragraph(text: str | None) -> str:
    lines = (_CONTROL.sub(" ", line).rstrip() for line in (text or "").splitlines())
    return "\n".join(lines).strip()
