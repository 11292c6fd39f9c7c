"""Every error leaves as an RFC 9457 problem document with a stable `code`; nothing leaves as a bare 500."""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import psycopg
import sqlalchemy.exc
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from app.core.errors import AppError, FieldError, InvalidInput, TooLarge, Unavailable
from app.core.log import without_secrets
from app.core.shapes import Shape, error_message

PROBLEM_JSON = "application/problem+json"
# A body of nothing but mistakes must not make an answer many times its size.
MAX_FIELD_ERRORS = 20
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
# Of HTTP errors that no class of our own stands for; the others are called as their status is.
_CODES = {TooLarge.status: TooLarge.code}

# A machine that is so busy that a request stood still in its transaction, which the database then ended.
HELD_TOO_LONG = psycopg.errors.IdleInTransactionSessionTimeout

log = structlog.get_logger(__name__)


class ProblemDocument(Shape):
    """What every error is answered with, as RFC 9457 has it. `code` is for a program and never changes; `detail` is a
    sentence for a person."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = Field(default_factory=list, description="Each field that is wrong, where some are.")


class DatabaseUnreachable(Unavailable):
    """PostgreSQL does not answer; the server goes on by itself when it does."""

    code = "database_unreachable"
    default_detail = "The database does not answer right now. Try again shortly."


class TooMuchAsked(Unavailable):
    """The database was at it for longer than a request may take."""

    code = "too_much_asked"
    default_detail = "The database took too long over this, and was stopped. Ask for less of it at once."


class OutOfRange(InvalidInput):
    """A value that no column can hold."""

    code = "out_of_range"
    default_detail = "A value of the request is out of range."


def problem_document(
    *, status: int, code: str, detail: str, errors: Sequence[FieldError] = (), **more: Any
) -> dict[str, Any]:
    """The members of a problem document; `errors` names each field that is wrong."""
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    document["code"] = code
    if errors:
        document["errors"] = [{"field": error.field, "message": error.message} for error in errors]
    return document | more


def problem_of(error: AppError) -> dict[str, Any]:
    """The problem document of one of our own errors."""
    return problem_document(status=error.status, code=error.code, detail=error.detail, errors=error.errors)


def problem_headers(error: AppError) -> dict[str, str]:
    """What goes with it: never stored, when to try again, how to log in."""
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # The rest of the body is still on its way, and nobody will read it.
        headers["Connection"] = "close"
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def code_of(status: int) -> str:
    """The stable code of an HTTP error that is known by its status alone: 406 is `not_acceptable`."""
    return _CODES.get(status) or re.sub(r"\W+", "_", HTTPStatus(status).phrase.lower())


def field_errors(errors: Sequence[Any], *, under: str = "") -> tuple[FieldError, ...]:
    """Pydantic's errors with dotted places (below `under`, where they were found inside a part of the request),
    without the input: it may hold a secret, or text JSON cannot carry."""
    outer = (under,) if under else ()
    return tuple(
        FieldError(
            field=".".join(str(part) for part in (*outer, *error["loc"])),
            message=error_message(error),
        )
        for error in errors[:MAX_FIELD_ERRORS]
    )


def _respond(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    # Plain ASCII: a lone surrogate in an echoed field name must not break the answer.
    return Response(
        json.dumps(document), status_code=document["status"], media_type=PROBLEM_JSON, headers=headers or {}
    )


def problem_response(error: AppError) -> Response:
    """The answer that says what went wrong."""
    return _respond(problem_of(error), problem_headers(error))


async def _on_app_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101  registered for this class only
    return problem_response(error)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class only
    return await _on_app_error(request, InvalidInput(errors=field_errors(error.errors())))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class only
    if error.status_code == HTTPStatus.BAD_REQUEST:
        # FastAPI's word for a body that is not JSON in UTF-8, or is nested beyond reason.
        return await _on_app_error(request, InvalidInput(errors=(FieldError("body", str(error.detail)),)))
    status = error.status_code
    document = problem_document(status=status, code=code_of(status), detail=str(error.detail))
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(allowed_methods(request))
    return _respond(document, headers)


def allowed_methods(request: Request) -> list[str]:
    """The methods that the request's path has. Starlette names those of one route, and a path may have several."""
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] == Match.FULL for route in routes)
    ]


async def _on_database_error(request: Request, error: Exception) -> Response:
    if isinstance(getattr(error, "orig", error), psycopg.DataError):
        return await _on_app_error(request, OutOfRange())
    if isinstance(getattr(error, "orig", error), psycopg.errors.QueryCanceled):
        return await _on_app_error(request, TooMuchAsked())
    if isinstance(error, sqlalchemy.exc.InternalError) and not isinstance(error.orig, HELD_TOO_LONG):
        return await _on_unexpected(request, error)
    path = without_secrets(request.url.path)
    log.warning("database_unreachable", path=path, error=str(error).partition("\n")[0])
    return await _on_app_error(request, DatabaseUnreachable())


async def _on_unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_error", path=without_secrets(request.url.path), exc_info=error)
    document = problem_document(
        status=500, code="internal_error", detail="Something went wrong here; it has been noted in the server's log."
    )
    return _respond(document, {"Cache-Control": "no-store"})


def install_error_handlers(app: FastAPI) -> None:
    """Render every error of the application as a problem document."""
    app.add_exception_handler(AppError, _on_app_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    for unreachable in (
        sqlalchemy.exc.OperationalError,
        sqlalchemy.exc.InterfaceError,
        sqlalchemy.exc.TimeoutError,
        sqlalchemy.exc.DataError,
        sqlalchemy.exc.InternalError,
        psycopg.OperationalError,
    ):
        app.add_exception_handler(unreachable, _on_database_error)
    app.add_exception_handler(Exception, _on_unexpected)
