"""The OpenAPI document: complete, consistent, and true to what is served."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

import app.cli as _every_error_is_imported
from app.api.errors import PROBLEM_JSON
from app.api.examples import NoExample, example_of
from app.api.openapi import MAX_SUMMARY_LENGTH, TAGS, VERSION, summary_of
from app.core.errors import AppError, Conflict, Forbidden, Unavailable
from app.demo.load import OwnerExists, StationNameTaken
from app.features.presses.schemas import MAX_BATCH_PRESSES
from app.original import service as original
from app.original.report_file import ReportExists

METHODS = {"get", "post", "put", "patch", "delete"}
BACKEND = Path(_every_error_is_imported.__file__).parents[1]
# Bases of the errors that are raised, and what only a command says.
NEVER_ANSWERED: set[type[AppError]] = {
    *(Forbidden, Conflict, Unavailable),
    *(OwnerExists, StationNameTaken, ReportExists),
    *(original.StationUnclear, original.StationNameTaken, original.ImportedElsewhere, original.NoOwner),
}


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    part: Any = document
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def test_the_press_path_is_documented(document: dict[str, Any]) -> None:
    item = document["paths"]["/p/{press_key}"]

    assert item.keys() == {"parameters", "get", "post"}
    assert set(item["get"]["responses"]) == {"200", "404", "405", "503"}
    assert set(item["post"]["responses"]) == {"200", "404", "405", "409", "413", "422", "503"}
    assert item["get"]["security"] == item["post"]["security"] == []
    answer = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shape = resolve(document, answer["$ref"])
    assert list(shape["properties"]) == shape["required"] == ["status", "press_id", "button", "pressed_at"]
    body = resolve(document, item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"])
    assert set(body["properties"]) == {"id", "pressed_at", "sent_at", "note"}
    assert "required" not in body


def test_the_batch_is_documented_without_a_login_and_with_an_api_token(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/presses/batch"]["post"]
    presses = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["presses"]

    assert operation["security"] == [{}, {"ApiToken": ["press:write"]}]
    assert presses["maxItems"] == MAX_BATCH_PRESSES
    required = [set(each["required"]) for each in presses["items"]["anyOf"]]
    assert required == [{"id", "press_key"}, {"id", "button_id"}]


def test_what_api_tokens_open_is_documented(document: dict[str, Any]) -> None:
    paths = document["paths"]

    assert {"ApiToken": ["presses:read"]} in paths["/api/v1/presses/"]["get"]["security"]
    assert {"ApiToken": ["buttons:write"]} in paths["/api/v1/buttons/{button_id}"]["put"]["security"]
    assert all("ApiToken" not in each for each in paths["/api/v1/users/me"]["get"]["security"])
    assert document["components"]["securitySchemes"]["ApiToken"]["scheme"] == "bearer"


def test_what_is_made_answers_201(document: dict[str, Any]) -> None:
    for path in ("/api/v1/presses/manual", "/api/v1/stations/", "/api/v1/buttons/", "/api/v1/decks/"):
        assert "201" in document["paths"][path]["post"]["responses"], path


def test_every_error_is_documented_as_a_problem_document(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if not status.startswith("2"):
                schema = {"$ref": "#/components/schemas/ProblemDocument"}
                assert response["content"].keys() == {PROBLEM_JSON}, (method, path, status)
                assert response["content"][PROBLEM_JSON]["schema"] == schema, (method, path, status)


def test_the_shape_of_a_problem_is_the_one_that_is_answered(client: TestClient, document: dict[str, Any]) -> None:
    shape = document["components"]["schemas"]["ProblemDocument"]
    plain, with_errors = client.get("/api/v1/stations/").json(), client.post("/api/v1/presses/batch").json()

    assert set(shape["required"]) == plain.keys()
    assert shape["properties"].keys() == with_errors.keys()
    named = resolve(document, shape["properties"]["errors"]["items"]["$ref"])
    assert named["properties"].keys() == with_errors["errors"][0].keys()


def test_no_error_is_documented_that_fastapi_would_give_and_this_server_does_not(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"].keys()

    assert schemas.isdisjoint({"HTTPValidationError", "ValidationError"})


def test_what_can_be_malformed_documents_422(document: dict[str, Any]) -> None:
    without = [(method, path) for path, method, each in operations(document) if "422" not in each["responses"]]

    assert set(without) == {("get", "/p/{press_key}"), ("get", "/api/v1/buttons/{button_id}/increment")}


@pytest.mark.parametrize(
    ("method", "path", "errors"),
    [
        ("get", "/utils/health-check/", {"422", "503"}),
        ("post", "/utils/test-email/", {"401", "403", "409", "422", "503"}),
        ("get", "/setup/", {"422", "503"}),
        ("get", "/instance/stations", {"401", "403", "422", "503"}),
        ("get", "/instance/health", {"401", "403", "422", "503"}),
        ("post", "/presses/manual", {"401", "403", "404", "409", "413", "422", "503"}),
        ("post", "/setup/", {"403", "409", "413", "422", "503"}),
        ("post", "/login/access-token", {"400", "413", "422", "429", "503"}),
        ("post", "/login/session", {"400", "403", "413", "422", "429", "503"}),
        ("get", "/login/session", {"422", "503"}),
        ("post", "/presses/batch", {"401", "403", "413", "422", "503"}),
        ("get", "/presses/", {"401", "403", "404", "422", "503"}),
        ("post", "/presses/{press_id}/void", {"401", "403", "404", "409", "413", "422", "503"}),
        ("get", "/buttons/{button_id}/keys", {"401", "403", "404", "422", "503"}),
        ("delete", "/buttons/{button_id}", {"401", "403", "404", "409", "422", "503"}),
        ("post", "/stations/", {"401", "403", "413", "422", "503"}),
        ("get", "/users/", {"401", "403", "422", "503"}),
        ("get", "/users/{user_id}", {"401", "403", "404", "422", "503"}),
        ("patch", "/users/{user_id}", {"401", "403", "404", "409", "413", "422", "503"}),
        ("delete", "/users/{user_id}", {"401", "403", "404", "409", "422", "503"}),
        ("post", "/users/signup", {"403", "413", "422", "429", "503"}),
        ("patch", "/users/me/password", {"400", "401", "403", "413", "422", "429", "503"}),
        ("get", "/users/me/sessions", {"401", "403", "422", "503"}),
        ("delete", "/users/me/sessions/{session_id}", {"401", "403", "404", "422", "503"}),
        ("post", "/password-recovery/{email}", {"409", "422", "429", "503"}),
        ("post", "/password-recovery-html-content/{email}", {"401", "403", "404", "422", "503"}),
        ("post", "/reset-password/", {"400", "413", "422", "429", "503"}),
        ("post", "/confirm-email/", {"400", "409", "413", "422", "429", "503"}),
        ("patch", "/users/me", {"400", "401", "403", "409", "413", "422", "429", "503"}),
        ("post", "/stations/{station_id}/invitations", {"401", "403", "404", "409", "413", "422", "429", "503"}),
        ("get", "/stations/{station_id}/invitations", {"401", "403", "404", "422", "503"}),
        ("post", "/invitations/read", {"400", "413", "422", "429", "503"}),
        ("post", "/invitations/accept", {"400", "401", "403", "409", "413", "422", "429", "503"}),
        ("post", "/invitations/register", {"400", "409", "413", "422", "429", "503"}),
        ("delete", "/users/me", {"401", "403", "409", "422", "503"}),
    ],
)
def test_an_operation_documents_the_errors_that_it_can_give(
    document: dict[str, Any], method: str, path: str, errors: set[str]
) -> None:
    responses = document["paths"][f"/api/v1{path}"][method]["responses"]

    assert {status for status in responses if not status.startswith("2")} == errors


def test_the_document_is_the_same_each_time_it_is_asked_for(client: TestClient, document: dict[str, Any]) -> None:
    assert client.get("/api/v1/openapi.json").json() == document


def test_operations_of_one_kind_begin_with_one_verb(document: dict[str, Any]) -> None:
    names = [operation["operationId"].partition("-")[2] for _, _, operation in operations(document)]

    assert [name for name in names if name.partition("_")[0] in {"get", "add", "remove", "change", "open"}] == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        assert resolve(document, reference), reference


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    found = list(operations(document))
    names = [operation["operationId"] for _, _, operation in found]

    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z_]+-[a-z_]+", name)] == []


def test_every_parameter_of_a_path_is_declared(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        parameters = operation.get("parameters", []) + document["paths"][path].get("parameters", [])
        declared = {each["name"] for each in parameters if each["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path)), (method, path)


def test_fields_of_answers_are_never_optional(document: dict[str, Any]) -> None:
    """So that the fields of the generated client are not, either; null is another matter."""
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            for content in response.get("content", {}).values():
                if status.startswith("2"):
                    assert optional_fields(document, content["schema"]) == [], (method, path)


def optional_fields(document: dict[str, Any], schema: dict[str, Any], seen: frozenset[str] = frozenset()) -> list[str]:
    found: list[str] = []
    for reference in set(references(schema)) - seen:
        shape = resolve(document, reference)
        found += [f"{reference}: {name}" for name in shape.get("properties", {}) if name not in shape["required"]]
        found += optional_fields(document, shape, seen | {reference})
    return found


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_every_path_tells_what_it_does_with_examples_and_its_errors(document: dict[str, Any]) -> None:
    assert [sentence for found in operations(document) for sentence in what_lacks(document, *found)] == []


def what_lacks(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    """A sentence for each thing that the document does not tell of an operation, and how to mend it."""
    name = f"{method.upper()} {path}"
    summary = operation.get("summary", "")
    if not summary or not operation.get("description"):
        yield f"{name} has no description: give its function a docstring, whose first sentence is the summary."
    if len(summary) > MAX_SUMMARY_LENGTH or summary.endswith("."):
        yield f"{name} has a summary of {len(summary)} characters: end the docstring's first sentence sooner."
    if not set(operation.get("tags", [])) & TAGS.keys():
        yield f"{name} has no tag that is described: add it to TAGS in app/api/openapi.py."
    for part, body in (("request", operation.get("requestBody", {})), *operation["responses"].items()):
        for media_type, content in body.get("content", {}).items():
            yield from what_lacks_example(document, f"{name}, {part} {media_type}", content)
    if not any(status >= "4" for status in operation["responses"]):
        yield f"{name} has no error answers: declare them with responses=problems(…)."


def what_lacks_example(document: dict[str, Any], name: str, content: dict[str, Any]) -> Iterator[str]:
    examples = [resolve(document, each["$ref"])["value"] for each in content.get("examples", {}).values()]
    examples += [content["example"]] if "example" in content else []
    if not examples and PROBLEM_JSON in name:
        yield f"{name}, names no code: give problems(…) the classes of the errors."
    elif not examples:
        yield f"{name}, has no example: {field_without_example(document, content)}"
    for example in examples:
        shape = content["schema"] | {"components": document["components"]}
        checker = jsonschema.Draft202012Validator(shape, format_checker=jsonschema.FormatChecker())
        yield from (
            f"{name}, has an example that does not fit: {error.message}" for error in checker.iter_errors(example)
        )


def field_without_example(document: dict[str, Any], content: dict[str, Any]) -> str:
    try:
        example_of(content["schema"], schemas=document["components"]["schemas"])
    except NoExample as error:
        return f"give {error} a Field(examples=[…]), or its name a word in app/api/examples.py."
    return "give it one."


def without(document: dict[str, Any], *places: str) -> dict[str, Any]:
    """A path that lacks what is named."""
    operation = {**document["paths"]["/api/v1/buttons/"]["post"]}
    for place in places:
        operation.pop(place)
    return operation


def test_what_lacks_is_said_in_words(document: dict[str, Any]) -> None:
    def lacks(operation: dict[str, Any]) -> str:
        return " ".join(what_lacks(document, "/thing", "get", operation))

    strange = {"type": "object", "title": "Thing", "properties": {"weight": {"type": "number"}}}
    bodies = {"200": {"content": {"application/json": {"schema": strange}}}}
    wrong = {"200": {"content": {"application/json": {"schema": strange, "example": {"weight": "heavy"}}}}}
    codeless = {"409": {"content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}}

    assert lacks(without(document)) == ""
    assert "GET /thing has no description" in lacks(without(document, "summary"))
    assert "GET /thing has no description" in lacks(without(document, "description"))
    assert "a summary of 121 characters" in lacks(without(document) | {"summary": "s" * 121})
    assert "no tag that is described" in lacks(without(document, "tags"))
    assert "give Thing.weight a Field(examples=" in lacks(without(document) | {"responses": bodies})
    assert "has no error answers" in lacks(without(document) | {"responses": bodies})
    assert "does not fit: 'heavy' is not of type 'number'" in lacks(without(document) | {"responses": wrong})
    assert "409 application/problem+json, names no code" in lacks(without(document) | {"responses": codeless})


def test_every_code_of_an_error_is_documented_where_it_can_come(document: dict[str, Any]) -> None:
    documented = document["components"]["examples"].keys()

    assert sorted({each.code for each in errors_below(AppError) - NEVER_ANSWERED} - documented) == []


def test_every_error_has_words_of_its_own_which_its_example_shows() -> None:
    raised = errors_below(AppError) - NEVER_ANSWERED

    assert sorted(each.code for each in raised if "default_detail" not in vars(each)) == []


def errors_below(error: type[AppError]) -> set[type[AppError]]:
    """All that are defined by the product."""
    below = {each for each in error.__subclasses__() if not each.__module__.startswith("app.tests")}
    return below.union(*(errors_below(each) for each in below))


def test_a_summary_is_the_first_sentence_of_the_docstring() -> None:
    assert summary_of("One button.") == "One button"
    assert summary_of("Change it; what is left out\nstays.") == "Change it"
    assert summary_of("As a file of version 1.2 of\nthe format. Whole.") == "As a file of version 1.2 of the format"
    assert summary_of("") == ""


def test_the_version_is_that_of_the_product(document: dict[str, Any]) -> None:
    project = tomllib.loads((BACKEND / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert document["info"]["version"] == VERSION == project["version"]


def test_a_browser_changes_things_with_its_cookie_and_its_csrf_token(document: dict[str, Any]) -> None:
    ways_to_read = document["paths"]["/api/v1/decks/"]["get"]["security"]
    ways_to_change = document["paths"]["/api/v1/decks/"]["post"]["security"]

    logins: list[dict[str, list[str]]] = [{"AccessToken": []}, {"OAuth2PasswordBearer": []}]
    assert ways_to_read == [*logins, {"SessionCookie": []}, {"ApiToken": ["buttons:read"]}]
    assert ways_to_change == [*logins, {"SessionCookie": [], "CsrfToken": []}, {"ApiToken": ["buttons:write"]}]
    assert {name for way in ways_to_change for name in way} == document["components"]["securitySchemes"].keys()
