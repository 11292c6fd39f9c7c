"""Decisions about buttons, with everything passed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.core.errors import FieldError, InvalidInput

MAX_TITLE_LENGTH = 200
COPY_SUFFIX = " (copy)"
INCREMENT = "increment"
INSTANT_RESOLUTION = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a button says: the fields of a version. A change of any of them makes a new one; other fields never do."""

    title: str
    type: str
    description: str | None
    duration: float | None
    source: str | None


def distinct_tags(tags: Iterable[str]) -> list[str]:
    """The tags in their order, each once: of two that differ in case only, the first stays."""
    by_folded: dict[str, str] = {}
    for tag in tags:
        by_folded.setdefault(tag.casefold(), tag)
    return list(by_folded.values())


def copy_title(title: str) -> str:
    """The title of a copy, shortened where the suffix would not fit."""
    return title[: MAX_TITLE_LENGTH - len(COPY_SUFFIX)].rstrip() + COPY_SUFFIX


def check_life(*, starts_on: date | None, ends_on: date | None) -> None:
    """Raises InvalidInput when a button would end before it starts. Both days belong to its life."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        message = f"must not be before starts_on ({starts_on})"
        raise InvalidInput(errors=(FieldError("body.ends_on", message),))


def imported_address_key(button_id: UUID) -> str:
    """The press key behind the address by which an imported button was pressed before.

    The address holds no secret but the button's id, which whoever sees the button knows. The slash keeps such a key to
    its own path: `/p/` and the batch take no key that has one.
    """
    return f"{INCREMENT}/{button_id}"


def is_imported_address(key: str) -> bool:
    """Whether a press key stands for such an address."""
    return key.startswith(f"{INCREMENT}/")


def version_time(now: datetime, *, previous: datetime) -> datetime:
    """When a new version is said to begin: never before the one that it follows.

    An edit that waited for another one asked for the time before that one did, and a clock may be set back.
    """
    return max(now, previous)


def retirement_time(now: datetime, *, last_unretired_at: datetime | None) -> datetime:
    """When a new retirement is said to begin: after the end of the one before, whatever the clock says."""
    if last_unretired_at is None or now > last_unretired_at:
        return now
    return last_unretired_at + INSTANT_RESOLUTION
