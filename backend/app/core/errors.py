"""The family of errors that a caller may see.

Below the edge an error is raised as one of these; `app.api.errors` renders them as RFC 9457 problem details.

    AppError
    ├── NotFound             404
    ├── NotAuthenticated     401
    ├── Forbidden            403
    ├── Conflict             409
    ├── TooLarge             413
    ├── InvalidInput         422
    │   └── CursorInvalid    422, of a list that is read page by page
    ├── TooManyTries         429, with Retry-After
    └── Unavailable          503, with Retry-After

A room derives its own, with a stable `code` that clients may match on.
"""

import math
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with a request: where (`body.pressed_at`, `query.limit`) and what."""

    field: str
    message: str


class AppError(Exception):
    """Base of the family. `detail` is a sentence for a person; `code` is for a program and never changes."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "error"
    default_detail: ClassVar[str] = "The request could not be carried out."

    def __init__(
        self, detail: str | None = None, *, errors: tuple[FieldError, ...] = (), retry_after_s: int | None = None
    ) -> None:
        self.detail = detail or self.default_detail
        self.errors = errors
        self.retry_after_s = retry_after_s
        super().__init__(self.detail)


class NotFound(AppError):
    """Not there, or not the caller's: other stations' rows look the same on purpose."""

    status, code = 404, "not_found"
    default_detail = "There is nothing here."


class NotAuthenticated(AppError):
    """No valid session or token came with the request."""

    status, code = 401, "not_authenticated"
    default_detail = "Log in first."


class Forbidden(AppError):
    """The caller is known, and may not do this."""

    status, code = 403, "forbidden"
    default_detail = "You are not allowed to do this."


class Conflict(AppError):
    """The request does not fit what is on the record."""

    status, code = 409, "conflict"
    default_detail = "This does not fit what is on the record."


class TooLarge(AppError):
    """The body is larger than this path takes."""

    status, code = 413, "body_too_large"
    default_detail = "The request body is too large."


class InvalidInput(AppError):
    """The request is malformed; `errors` names each field."""

    status, code = 422, "invalid_input"
    default_detail = "The request is not valid."


class CursorInvalid(InvalidInput):
    """A cursor that this server did not give out; `detail` says of which list it is none."""

    code = "cursor_invalid"
    default_detail = "The cursor is not one that a page of this list gave."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, errors=(FieldError("query.cursor", detail or self.default_detail),))


class TooManyTries(AppError):
    """The caller has tried too often; the next try is looked at after `retry_after_s` seconds."""

    status, code = 429, "too_many_tries"
    default_detail = "There were too many tries. Try again in 30 seconds."

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(
            f"There were too many tries. Try again in {_in_words(retry_after_s)}.", retry_after_s=retry_after_s
        )


class Unavailable(AppError):
    """Not now, try again after `retry_after_s` seconds; nothing was lost that had been answered."""

    status, code = 503, "unavailable"
    default_detail = "The server cannot do this right now. Try again shortly."

    def __init__(self, detail: str | None = None, *, retry_after_s: int = 1) -> None:
        super().__init__(detail, retry_after_s=retry_after_s)


def _in_words(wait_s: int) -> str:
    """A wait, as it is said to people: 1 second, 90 seconds, 15 minutes."""
    number, unit = (wait_s, "second") if wait_s < 120 else (math.ceil(wait_s / 60), "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
