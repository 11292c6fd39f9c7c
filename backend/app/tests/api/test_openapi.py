"""The OpenAPI document: complete, consistent, and true to what is served."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.errors import PROBLEM_JSON
from app.features.presses.schemas import MAX_BATCH_PRESSES

METHODS = {"get", "post", "put", "patch", "delete"}


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
                assert response["content"] == {PROBLEM_JSON: {"schema": schema}}, (method, path, status)


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
        ("post", "/setup/", {"403", "409", "413", "422", "503"}),
        ("post", "/login/access-token", {"400", "413", "422", "429", "503"}),
        ("post", "/login/session", {"400", "403", "413", "422", "429", "503"}),
        ("get", "/login/session", {"401", "403", "422", "503"}),
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


def test_every_operation_has_a_name_of_its_own_and_a_sentence(document: dict[str, Any]) -> None:
    found = list(operations(document))
    names = [operation["operationId"] for _, _, operation in found]

    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z_]+-[a-z_]+", name)] == []
    assert [
        path for path, _, operation in found if not (operation.get("description") or operation.get("summary"))
    ] == []


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
