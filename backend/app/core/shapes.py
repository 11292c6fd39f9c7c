"""Building blocks of request and response shapes: text that PostgreSQL can store, instants that say their zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from annotated_types import GroupedMetadata
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

MAX_DEDUP_WINDOW_MS = 3_600_000
UNKNOWN_FIELD = "is not a known field"

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_CONTROL = re.compile(f"[{_CONTROLS}]")


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
    # Some control characters are white space to Python; they are refused like the others, not made into a space.
    return " ".join(value.split()) if isinstance(value, str) and not _CONTROL.search(value) else value


def _rfc3339(value: Any) -> Any:
    # Pydantic also takes numbers and bare dates; a timestamp of unclear unit or zone must not slip into a log.
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        msg = "must be a time as in RFC 3339, with its offset, such as 2026-03-29T14:05:00.250Z"
        raise ValueError(msg)
    return value


def _iso_day(value: Any) -> Any:
    # Pydantic also takes numbers of seconds and whole timestamps; a day of unclear zone must not slip in.
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        msg = "must be a day as in ISO 8601, such as 2026-03-29"
        raise ValueError(msg)
    if not isinstance(value, str | date) or isinstance(value, datetime):
        msg = "must be text with a day as in ISO 8601, such as 2026-03-29"
        raise ValueError(msg)
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        msg = "is out of the range of times"
        raise ValueError(msg) from None


def _blank_is_null(value: str | None) -> str | None:
    return value if value and not value.isspace() else None


def left_out() -> Any:
    """Default of a field that may be left out but not be null; only fields that were set are ever read."""
    return None


@dataclass(frozen=True)
class _Text(GroupedMetadata):
    """What is asked of a text. The constraints stand on the text itself: behind a validator, its length would be
    taken before its white space is, and be told as a number of items."""

    constraints: StringConstraints
    is_one_line: bool

    def __iter__(self) -> Iterator[Any]:
        yield from self.constraints
        if self.is_one_line:
            yield BeforeValidator(_one_line)
        yield AfterValidator(_storable)
        yield _Pattern(self._pattern())

    def _pattern(self) -> str:
        """What is refused beside lengths, for the OpenAPI document; a text that may not be empty may not be blank."""
        any_text = f"[^{_CONTROLS}]*"
        is_stripped = self.is_one_line or self.constraints.strip_whitespace
        needs_text = bool(is_stripped and self.constraints.min_length)
        return f"^{any_text}[^{_CONTROLS}\\s]{any_text}$" if needs_text else f"^{any_text}$"


@dataclass(frozen=True)
class _Pattern:
    """Tells the JSON schema what a validator asks of a text."""

    pattern: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"pattern": self.pattern}


def line(*, max_length: int | None = None, min_length: int | None = None) -> GroupedMetadata:
    """One line: surrounding and repeated white space, line breaks included, becomes a single space. Lengths in
    characters, after that."""
    return _Text(StringConstraints(min_length=min_length, max_length=max_length), is_one_line=True)


def paragraph(
    *, max_length: int | None = None, min_length: int | None = None, is_stripped: bool = False
) -> GroupedMetadata:
    """Text with line breaks; on request without white space around it. Lengths in characters, after that."""
    constraints = StringConstraints(
        min_length=min_length, max_length=max_length, strip_whitespace=True if is_stripped else None
    )
    return _Text(constraints, is_one_line=False)


def error_message(error: ErrorDetails) -> str:
    """What is wrong with a field, in words that follow its name, without the input: it may hold a secret."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return UNKNOWN_FIELD
    if kind == "string_too_short":
        least = context["min_length"]
        return "must not be empty" if least == 1 else f"must have at least {least} characters"
    if kind == "string_too_long":
        return f"must have at most {context['max_length']} characters"
    return error["msg"].removeprefix("Value error, ")


Line = Annotated[str, line()]
# Behind a text that may be null; blank text says as little as null does.
BLANK_IS_NULL = AfterValidator(_blank_is_null)
DedupWindowMs = Annotated[int, Field(strict=True, ge=0, le=MAX_DEDUP_WINDOW_MS)]
# An instant: needs an offset in the input, is UTC inside.
InstantInput = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_in_utc)]
# A day of a calendar, without a zone of its own.
DayInput = Annotated[date, BeforeValidator(_iso_day)]
