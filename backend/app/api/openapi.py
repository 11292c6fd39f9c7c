"""The OpenAPI document, completed by what FastAPI does not know of."""

from typing import Any

from fastapi import FastAPI

from app.api.press_openapi import press_paths, press_schemas
from app.api.problems import add_implied_problems, problem_schemas
from app.api.stream_openapi import stream_schemas


def complete_openapi(app: FastAPI) -> None:
    """Put the press path, and how errors look, into the application's document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        add_implied_problems(document)
        document["paths"] |= press_paths()
        schemas = press_schemas() | stream_schemas() | problem_schemas()
        document["components"].setdefault("schemas", {}).update(schemas)
        return document

    # The way that FastAPI's own guide extends the document.
    app.openapi = openapi  # type: ignore[method-assign]
