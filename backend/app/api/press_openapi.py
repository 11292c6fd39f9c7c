"""The press path as the OpenAPI document shows it; the route itself is out of FastAPI's sight."""

from typing import Any

from app.api.errors import DatabaseUnreachable
from app.api.examples import ID, PRESS_KEY
from app.api.press_route import MethodNotAllowed
from app.api.problems import REF, problem
from app.core.errors import InvalidInput, TooLarge
from app.features.presses.batch import PressIdTaken, PressKeyNotFound
from app.features.presses.buffer import BufferFull, PressNotRecorded, ShuttingDown
from app.features.presses.ingest import MAX_KEY_LENGTH
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


NOT_RECORDED = (BufferFull, PressNotRecorded, ShuttingDown, DatabaseUnreachable)


def _responses() -> dict[str, Any]:
    recorded = {
        "description": "The press is on the record.",
        "content": {"application/json": {"schema": {"$ref": REF.format(model="RecordedPress")}}},
    }
    return {
        "200": recorded,
        "404": problem(404, PressKeyNotFound, description="No button has this press key, or it no longer stands."),
        "405": problem(405, MethodNotAllowed, description="Neither GET nor POST."),
        "503": problem(503, *NOT_RECORDED),
    }


def press_paths() -> dict[str, Any]:
    """The path items of `/p/{press_key}`, and of the address that imported buttons had before."""
    key = {
        "name": "press_key",
        "in": "path",
        "required": True,
        "description": "The key of the button's press URL.",
        "schema": {"type": "string", "maxLength": MAX_KEY_LENGTH, "pattern": "^[A-Za-z0-9_-]+$"},
        "example": PRESS_KEY,
    }
    imported = {
        "name": "button_id",
        "in": "path",
        "required": True,
        "description": "The id that the button had in the installation that was imported.",
        "schema": {"type": "string", "format": "uuid"},
        "example": ID,
    }
    body = {"required": False, "content": {"application/json": {"schema": {"$ref": REF.format(model="PressBody")}}}}
    posted = {
        **_responses(),
        "409": problem(409, PressIdTaken),
        "413": problem(413, TooLarge, description="A body over 64 KiB."),
        "422": problem(422, InvalidInput),
    }
    return {
        "/p/{press_key}": {
            "parameters": [key],
            "get": {
                "tags": ["press"],
                "operationId": "press-record_by_get",
                "summary": "Record a press, as a Stream Deck's background GET does",
                "description": (
                    "Answered once the press is committed. What only looks at the address, such as the preview of a link, "
                    "is told by its headers and not counted. `status` says what the press counts as."
                ),
                "security": [],
                "responses": _responses(),
            },
            "post": {
                "tags": ["press"],
                "operationId": "press-record",
                "summary": "Record a press that knows its id and its time",
                "description": (
                    "The same id twice is one press, so that a sender may send again what it has no answer to. "
                    "`pressed_at` and `sent_at` are by the sender's clock: the difference between `sent_at` and the time "
                    "of receipt shows how far it is off. Everything may be left out, and so may the body."
                ),
                "security": [],
                "requestBody": body,
                "responses": posted,
            },
        },
        "/api/v1/buttons/{button_id}/increment": {
            "parameters": [imported],
            "get": {
                "tags": ["press"],
                "operationId": "press-record_by_imported_address",
                "summary": "Record a press of an imported button, by the address that it had before",
                "description": (
                    "What a key calls that was programmed for the original program. It is the same as a GET of the press URL, "
                    "for as long as the press key stands that the import wrote."
                ),
                "security": [],
                "responses": _responses() | {"405": problem(405, MethodNotAllowed, description="Not a GET.")},
            },
        },
    }
