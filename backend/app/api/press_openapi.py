"""The press path as the OpenAPI document shows it; the route itself is out of FastAPI's sight."""

from typing import Any

from app.api.problems import DESCRIPTIONS, REF, problem
from app.features.presses.schemas import PressBody, RecordedPress


def press_schemas() -> dict[str, Any]:
    """Schemas that the press paths refer to."""
    schemas: dict[str, Any] = {}
    for shape, mode in ((PressBody, "validation"), (RecordedPress, "serialization")):
        schema = shape.model_json_schema(
            ref_template=REF, mode="validation" if mode == "validation" else "serialization"
        )
        schemas |= schema.pop("$defs", {})
        schemas[shape.__name__] = schema
    return schemas


def _responses() -> dict[str, Any]:
    recorded = {
        "description": "The press is on the record.",
        "content": {"application/json": {"schema": {"$ref": REF.format(model="RecordedPress")}}},
    }
    return {
        "200": recorded,
        "404": problem("No button has this press key, or it no longer stands."),
        "405": problem("Neither GET nor POST."),
        "503": problem(DESCRIPTIONS[503]),
    }


def press_paths() -> dict[str, Any]:
    """The path items of `/p/{press_key}`, and of the address that imported buttons had before."""
    key = {"name": "press_key", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}
    body = {"required": False, "content": {"application/json": {"schema": {"$ref": REF.format(model="PressBody")}}}}
    posted = {
        **_responses(),
        "409": problem("A press of another button has this id."),
        "413": problem("A body over 64 KiB."),
        "422": problem(DESCRIPTIONS[422]),
    }
    return {
        "/p/{press_key}": {
            "parameters": [key],
            "get": {
                "tags": ["press"],
                "operationId": "press-record_by_get",
                "summary": "Record a press, as a Stream Deck's background GET does",
                "security": [],
                "responses": _responses(),
            },
            "post": {
                "tags": ["press"],
                "operationId": "press-record",
                "summary": "Record a press that knows its id and its time; the same id twice is one press",
                "security": [],
                "requestBody": body,
                "responses": posted,
            },
        },
        "/api/v1/buttons/{button_id}/increment": {
            "parameters": [
                {"name": "button_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            ],
            "get": {
                "tags": ["press"],
                "operationId": "press-record_by_imported_address",
                "summary": "Record a press of an imported button, by the address that it had before",
                "security": [],
                "responses": _responses() | {"405": problem("Not a GET.")},
            },
        },
    }
