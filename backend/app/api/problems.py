"""Errors as the OpenAPI document shows them: problem documents with their stable codes, where they can come."""

from collections.abc import Iterator
from typing import Any

from app.api.deps import TokenNotAllowed
from app.api.errors import (
    PROBLEM_JSON,
    DatabaseUnreachable,
    OutOfRange,
    ProblemDocument,
    TooMuchAsked,
    problem_document,
)
from app.api.gate import Busy
from app.core.errors import AppError, FieldError, InvalidInput, NotAuthenticated, TooLarge
from app.features.accounts.invitations import InvitationNotFound
from app.features.accounts.service import RoleTooLow, StationNotFound, StationRequired, UserNotFound
from app.features.accounts.sessions import CsrfFailed, SessionNotFound
from app.features.buttons.service import ButtonNotFound, DeckNotFound, KeyNotFound
from app.features.presses.corrections import PressNotFound
from app.features.tokens.service import ScopeMissing, TokenNotFound

REF = "#/components/schemas/{model}"

DESCRIPTIONS = {
    400: "The e-mail address or the password is wrong.",
    401: "Not logged in, or not any more.",
    403: "Not allowed: the role does not reach, a browser's request lacks its `X-CSRF-Token`, or an API token its scope.",
    404: "Not there, or not the caller's.",
    405: "Not a method of this path.",
    409: "This does not fit what is on the record.",
    413: "The body is larger than this path takes.",
    422: "The request is not valid; `errors` names each field.",
    429: "Tried too often: try again after `Retry-After` seconds.",
    503: "Not now: try again after `Retry-After` seconds.",
}
RETRY_AFTER = {
    "description": "When to try again, in seconds.",
    "schema": {"type": "integer", "minimum": 0},
    "example": 1,
}
LOG_IN_BY = {
    "description": "How to log in.",
    "schema": {"type": "string"},
    "example": "Bearer",
}
HEADERS = {401: {"WWW-Authenticate": LOG_IN_BY}, 429: {"Retry-After": RETRY_AFTER}, 503: {"Retry-After": RETRY_AFTER}}
# What every operation of the API can answer.
ALWAYS: tuple[type[AppError], ...] = (InvalidInput, OutOfRange, Busy, DatabaseUnreachable, TooMuchAsked)
# What a part of a path may name that is not there.
NAMED_BY = {
    "station_id": StationNotFound,
    "button_id": ButtonNotFound,
    "deck_id": DeckNotFound,
    "key_id": KeyNotFound,
    "press_id": PressNotFound,
    "user_id": UserNotFound,
    "session_id": SessionNotFound,
    "invitation_id": InvitationNotFound,
    "token_id": TokenNotFound,
}
WRONG_FIELD = FieldError("body.title", "is missing")

# How the document calls API tokens.
API_TOKENS = "ApiToken"

type Responses = dict[int | str, dict[str, Any]]


def problem(status: int, *errors: type[AppError], description: str | None = None) -> dict[str, Any]:
    """A response that is a problem document, with an example for the code of each of these errors."""
    content: dict[str, Any] = {"schema": {"$ref": REF.format(model=ProblemDocument.__name__)}}
    if errors:
        content["examples"] = {error.code: _example(error) for error in errors}
    response = {"description": description or DESCRIPTIONS[status], "content": {PROBLEM_JSON: content}}
    return response | ({"headers": HEADERS[status]} if status in HEADERS else {})


def _example(error: type[AppError]) -> dict[str, Any]:
    wrong = (WRONG_FIELD,) if error is InvalidInput else ()
    value = problem_document(status=error.status, code=error.code, detail=error.default_detail, errors=wrong)
    return {"summary": error.code.replace("_", " "), "value": value}


def problems(*errors: type[AppError]) -> Responses:
    """Responses with these errors, as a route declares them: what does not follow from what it asks for."""
    statuses = sorted({error.status for error in errors})
    return {status: problem(status, *(error for error in errors if error.status == status)) for status in statuses}


def share_problem_examples(document: dict[str, Any]) -> None:
    """Have the document hold the example of each code once: most of them can come from every path."""
    shared: dict[str, Any] = {}
    for response in responses(document):
        for content in response.get("content", {}).values():
            for code, example in content.get("examples", {}).items():
                shared.setdefault(code, example)
                content["examples"][code] = {"$ref": f"#/components/examples/{code}"}
    document["components"]["examples"] = dict(sorted(shared.items()))


def responses(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each response that the document tells of."""
    for item in document["paths"].values():
        for operation in (part for part in item.values() if isinstance(part, dict)):
            yield from operation["responses"].values()


def link_problems(invalid: type[AppError], *errors: type[AppError]) -> Responses:
    """The same, of a route that takes the token of a link: `invalid` is that of a link that does not work."""
    return {400: problem(400, invalid, description="The link does not work, or not any more.")} | problems(*errors)


def needs_login(operation: dict[str, Any]) -> bool:
    """Whether nobody gets far who brings nothing. What press keys open asks for no login, though it may take a token."""
    ways = operation.get("security", [])
    return bool(ways) and {} not in ways


def problem_schemas() -> dict[str, Any]:
    """Schemas that the problems refer to."""
    schema = ProblemDocument.model_json_schema(ref_template=REF)
    return {**schema.pop("$defs", {}), ProblemDocument.__name__: schema}


def add_implied_problems(document: dict[str, Any]) -> None:
    """Add to each operation the problems that follow from what it asks for.

    A login can be missing, a browser's change can lack its token, and an API token its scope; what an id names may
    not be there; a body can be too large. What else a route can answer, it declares.
    """
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, implied in problems(*_implied(path, method, operation)).items():
                _add(operation["responses"], str(status), implied)
            operation["responses"] = dict(sorted(operation["responses"].items()))


def _add(declared: dict[str, Any], status: str, implied: dict[str, Any]) -> None:
    """Beside what the route declares for the same status."""
    content = declared.setdefault(status, implied)["content"][PROBLEM_JSON]
    content["examples"] = implied["content"][PROBLEM_JSON]["examples"] | content["examples"]


def _implied(path: str, method: str, operation: dict[str, Any]) -> Iterator[type[AppError]]:
    asks_for_station = any(parameter["name"] == "station_id" for parameter in operation.get("parameters", []))
    yield from ALWAYS
    if operation.get("security"):
        yield NotAuthenticated
        yield ScopeMissing if any(API_TOKENS in way for way in operation["security"]) else TokenNotAllowed
    if needs_login(operation) and method != "get":
        yield CsrfFailed
        if asks_for_station:
            yield RoleTooLow
    if asks_for_station:
        yield StationNotFound
        if "{station_id}" not in path:
            yield StationRequired
    yield from (error for name, error in NAMED_BY.items() if f"{{{name}}}" in path and name != "station_id")
    if "requestBody" in operation:
        yield TooLarge
