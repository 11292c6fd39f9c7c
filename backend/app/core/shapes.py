"""Building blocks of request and response shapes: text that PostgreSQL can store, instants that say their zone."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Shape(BaseModel):
    """Base of every answer. Output shapes have no defaults, so that a generated client's fields are not optional."""

    model_config = ConfigDict(from_attributes=True)


class InputShape(BaseModel):
    """Base of every request body. An unknown field is an error, so that a misspelt one is not silently dropped."""

    model_config = ConfigDict(extra="forbid")


def _storable(value: str) -> str:
    if _CONTROL.search(value):
        msg = "must not contain control characters"
        raise ValueError(msg)
    try:
        value.encode()
    except UnicodeEncodeError:
        msg = "must be valid Unicode, without lone surrogates"
        raise ValueError(msg) from None
    return value


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) and "\x00" not in value else value


def _rfc3339(value: Any) -> Any:
    # Pydantic also takes numbers and bare dates; a timestamp of unclear unit or zone must not slip into a log.
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        msg = "must be a time as in RFC 3339, with its offset, such as 2026-03-29T14:05:00.250Z"
        raise ValueError(msg)
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        msg = "is out of the range of times"
        raise ValueError(msg) from None


# One line: surrounding and repeated white space, line breaks included, becomes a single space.
Line = Annotated[str, BeforeValidator(_one_line), AfterValidator(_storable)]
RequiredLine = Annotated[Line, StringConstraints(min_length=1)]
# Text with line breaks.
Paragraph = Annotated[str, AfterValidator(_storable)]
# The same, without white space around it. The constraints stand on the text itself: behind a validator, the length
# would be taken before the white space is.
RequiredParagraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_storable)]
# An instant: needs an offset in the input, is UTC inside.
InstantInput = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_in_utc)]
