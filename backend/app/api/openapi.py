"""The OpenAPI document, completed by what FastAPI does not know of."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.api.open_to import scope_of
from app.api.press_openapi import press_paths, press_schemas
from app.api.problems import add_implied_problems, problem_schemas
from app.api.stream_openapi import stream_schemas

API_TOKENS = "ApiToken"
SCHEME_OF_API_TOKENS = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token made at `/api/v1/tokens/`: it opens the paths of its scopes, in its station.",
}


def add_api_tokens(document: dict[str, Any], app: FastAPI) -> None:
    """Add to each operation that API tokens open the scope that they need."""
    for route in iter_route_contexts(app.routes):
        scope = scope_of(route.endpoint) if route.endpoint is not None else None
        item = document["paths"].get(route.path_format)
        if scope is None or item is None:
            continue
        for method in route.methods or ():
            operation = item[method.lower()]
            operation["security"] = [*operation.get("security", []), {API_TOKENS: [scope.value]}]
    document["components"].setdefault("securitySchemes", {})[API_TOKENS] = SCHEME_OF_API_TOKENS


def complete_openapi(app: FastAPI) -> None:
    """Put the press path, and how errors look, into the application's document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        add_api_tokens(document, app)
        add_implied_problems(document)
        document["paths"] |= press_paths()
        schemas = press_schemas() | stream_schemas() | problem_schemas()
        document["components"].setdefault("schemas", {}).update(schemas)
        return document

    # The way that FastAPI's own guide extends the document.
    app.openapi = openapi  # type: ignore[method-assign]
