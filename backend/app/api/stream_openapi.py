"""The events of a live stream as the OpenAPI document shows them, which has no words of its own for them yet."""

from typing import Any

from app.api.examples import EVENT_EXAMPLE
from app.api.problems import REF
from app.core.shapes import Shape
from app.features.decks.schemas import DeckPublic
from app.features.presses.schemas import CorrectedPress, PressPublic, RecordingState
from app.features.stream.schemas import StreamPosition

DECK_EVENT = "DeckEvent"
SHAPES: tuple[type[Shape], ...] = (StreamPosition, PressPublic, CorrectedPress, DeckPublic, RecordingState)
# What the `data` of each event are, as JSON.
EVENTS = {
    "ready": StreamPosition.__name__,
    "press": PressPublic.__name__,
    "correction": CorrectedPress.__name__,
    "deck": DECK_EVENT,
    "watch": RecordingState.__name__,
    "reset": StreamPosition.__name__,
}
EVENTS_RESPONSE: dict[str, Any] = {
    "description": "Server-sent events, without an end. `x-events` names the shape of the `data` of each.",
    "content": {
        "text/event-stream": {
            # As tools read a stream before OpenAPI 3.2: this is each event.
            "schema": {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "id": {"type": "string", "description": "Where a later stream goes on: its `Last-Event-ID`."},
                    "event": {"type": "string", "enum": list(EVENTS)},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                    "retry": {"type": "integer", "description": "Milliseconds to wait before connecting again."},
                },
                "x-events": {event: {"$ref": REF.format(model=shape)} for event, shape in EVENTS.items()},
            },
            "example": EVENT_EXAMPLE,
        }
    },
}


def stream_schemas() -> dict[str, Any]:
    """Schemas that the events refer to."""
    schemas: dict[str, Any] = {}
    for shape in SHAPES:
        schema = shape.model_json_schema(ref_template=REF, mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[shape.__name__] = schema
    schemas[DECK_EVENT] = {
        "description": "A deck as it is now, or as it last was when it has been removed.",
        "allOf": [
            {"$ref": REF.format(model=DeckPublic.__name__)},
            {"type": "object", "properties": {"is_removed": {"type": "boolean"}}, "required": ["is_removed"]},
        ],
    }
    return schemas
