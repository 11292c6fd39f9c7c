"""Errors as the OpenAPI document shows them: problem documents, where they can come."""

from typing import Any

from app.api.errors import PROBLEM_JSON, ProblemDocument

REF = "#/components/schemas/{model}"

DESCRIPTIONS = {
    400: "The e-mail address or the password is wrong.",
    401: "Not logged in, or not any more.",
    403: "Not allowed: the role does not reach, a browser's request lacks its `X-CSRF-Token`, or an API token its scope.",
    404: "Not there, or not the caller's.",
    409: "This does not fit what is on the record.",
    413: "The body is larger than this path takes.",
    422: "The request is not valid; `errors` names each field.",
    429: "Tried too often: try again after `Retry-After` seconds.",
    503: "Not now: try again after `Retry-After` seconds.",
}

# Where it is not told whether there is what the path names.
NEVER_NOT_FOUND = frozenset({"/api/v1/password-recovery/{email}"})

type Responses = dict[int | str, dict[str, Any]]


def problem(description: str) -> dict[str, Any]:
    """A response that is a problem document."""
    schema = {"$ref": REF.format(model=ProblemDocument.__name__)}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}


def problems(*statuses: int) -> Responses:
    """Responses with these statuses, as a route declares them."""
    return {status: problem(DESCRIPTIONS[status]) for status in statuses}


def link_problems(*statuses: int) -> Responses:
    """The same, of a route that takes the token of a link."""
    return {400: problem("The link does not work, or not any more.")} | problems(*statuses)


def problem_schemas() -> dict[str, Any]:
    """Schemas that the problems refer to."""
    schema = ProblemDocument.model_json_schema(ref_template=REF)
    return {**schema.pop("$defs", {}), ProblemDocument.__name__: schema}


def add_implied_problems(document: dict[str, Any]) -> None:
    """Add to each operation the problems that follow from what it asks for.

    A login can be missing, a browser's change can lack its token, and an API token its scope; what an id names may not be there; a body can
    be too large. What else a route can answer, it declares.
    """
    for path, item in document["paths"].items():
        for operation in item.values():
            declared = operation["responses"]
            implied = {str(status): problem(DESCRIPTIONS[status]) for status in _implied(path, operation)}
            operation["responses"] = dict(sorted((implied | declared).items()))


def _implied(path: str, operation: dict[str, Any]) -> list[int]:
    statuses = []
    if operation.get("security"):
        statuses += [401, 403]
    names_something = any(parameter["name"] == "station_id" for parameter in operation.get("parameters", []))
    if names_something or ("{" in path and path not in NEVER_NOT_FOUND):
        statuses.append(404)
    if "requestBody" in operation:
        statuses.append(413)
    return statuses
