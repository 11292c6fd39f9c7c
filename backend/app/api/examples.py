"""Examples of requests and answers, as the OpenAPI document shows them.

They are put together from the shapes: each field has the example that it names itself (`Field(examples=[…])`), or the one
that its name has here, so that the same station is told of throughout. Ids, times and days need none.
"""

from collections.abc import Iterator
from typing import Any

ID = "0197c3f2-7a4e-7c51-9d0b-3f6a2b1c4d5e"
PRESSED_AT = "2026-03-29T14:05:00.250Z"
PRESS_KEY = "Hq3vX0aLkT9yWc7RbN2dPg"

EXAMPLES: dict[str, Any] = {
    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTk3In0.c2lnbmF0dXJl",
    "all_count": 18412,
    "before_count": 31,
    "before_not_recording_s": 0,
    "before_so_far_count": 12,
    "call_sign": "WXYZ",
    "change": 0.387,
    "clock_offset_ms": -120,
    "code": "button_not_found",
    "color": "#1a2b3c",
    "community": "Campus radio",
    "corrections": [],
    "count": 1,
    "counts": 43,
    "button_title": "Buckle up",
    "csrf_token": "6f1d5ad0c2b84f6e",
    "current_password": "the old one, which was long too",
    "dedup_window_ms": 2000,
    "description": "Thirty seconds about seat belts.",
    "detail": "This station has no such button.",
    "difference": 12,
    "duration": 30.0,
    "email": "dana@example.com",
    "field": "body.title",
    "full_name": "Dana Reyes",
    "id": ID,
    "key": PRESS_KEY,
    "key_count": 2,
    "key_prefix": "Hq3vX0",
    "label": "2026-03-29",
    "last_seq": 18412,
    "message": "Your password is changed. Your other sessions have ended.",
    "name": "WXYZ",
    "new_password": "correct horse battery staple",
    "next_cursor": None,
    "not_recording_s": 0,
    "note": "Ran twice, on request.",
    "number": 3,
    "old_url": f"http://192.168.1.7:8000/p/{PRESS_KEY}",
    "origin": "192.168.1.20",
    "password": "correct horse battery staple",
    "press_count": 43,
    "press_key": PRESS_KEY,
    "press_url": f"http://192.168.1.10:8000/p/{PRESS_KEY}",
    "public_url": "http://192.168.1.10:8000",
    "reason": "The key was pressed by mistake.",
    "seq": 18412,
    "series_count": 1,
    "silent_usual_hours": 0,
    "source": "psa/buckle-up.wav",
    "status_code": 200,
    "tags": "campus",
    "text": "The key was pressed by mistake.",
    "title": "Buckle up",
    "token": "token-of-the-link",
    "total": 43,
    "type": "psa",
    "usage_count": 128,
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    "usual_hours": 9,
    "username": "dana@example.com",
    "version": 3,
    "year": 2026,
    "zone": "America/New_York",
}
BY_FORMAT = {"uuid": ID, "date-time": PRESSED_AT, "date": "2026-03-29", "email": "dana@example.com"}

CSV_EXAMPLE = (
    '\ufeff"pressed_at_local","pressed_at","received_at","status","recorded_status","title","type",…\r\n'
    '"2026-03-29 10:05:00 EDT","2026-03-29T14:05:00.250Z","2026-03-29T14:05:00.261Z","counted","counted",'
    '"Buckle up","psa",…\r\n'
)
JSON_LINES_EXAMPLE = (
    f'{{"id":"{ID}","seq":18412,"status":"counted","recorded_status":"counted","button":{{"title":"Buckle up",…}},…}}\n'
)
HTML_EXAMPLE = "<!doctype html><html>…</html>"
EVENT_EXAMPLE = {"id": "18411", "event": "ready", "data": '{"last_seq":18411}', "retry": 1000}


class NoExample(ValueError):
    """A field that no example can be made for; `str()` says which."""


def example_of(schema: dict[str, Any], *, schemas: dict[str, Any], name: str = "") -> Any:
    """A value of the schema of a field called `name`. Raises NoExample."""
    if "$ref" in schema:
        reference = schema["$ref"].rpartition("/")[2]
        return example_of(schemas[reference], schemas=schemas, name=name)
    for given in ("examples", "example", "const", "enum", "default"):
        # A default of null says nothing of what may be there.
        if schema.get(given) is not None:
            return (
                schema[given][0] if isinstance(schema[given], list) and given in ("examples", "enum") else schema[given]
            )
    if name in EXAMPLES and (schema.get("type") != "array" or isinstance(EXAMPLES[name], list)):
        return EXAMPLES[name]
    return _made(schema, schemas=schemas, name=name)


def _made(schema: dict[str, Any], *, schemas: dict[str, Any], name: str) -> Any:
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas=schemas, name=name)
    if "allOf" in schema:
        parts = [example_of(part, schemas=schemas, name=name) for part in schema["allOf"]]
        return {key: value for part in parts for key, value in part.items()}
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas=schemas)
    if kind == "array":
        return [example_of(schema["items"], schemas=schemas, name=name)]
    if kind == "boolean":
        return name in {"is_active", "is_current", "is_recording", "retire"}
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    raise NoExample(name)


def _object(schema: dict[str, Any], *, schemas: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for field, part in schema.get("properties", {}).items():
        try:
            made[field] = example_of(part, schemas=schemas, name=field)
        except NoExample as error:
            msg = f"{schema.get('title', 'an object')}.{error}" if "." not in str(error) else str(error)
            raise NoExample(msg) from None
    return made


def add_examples(document: dict[str, Any]) -> None:
    """Give each body of a request, and of an answer that is no problem, the example that it has not got.

    Where none can be made it has none; a test tells which field needs one.
    """
    schemas = document["components"]["schemas"]
    for content in contents(document):
        if not content.keys() & {"example", "examples"}:
            try:
                content["example"] = example_of(content["schema"], schemas=schemas)
            except NoExample:
                continue


def contents(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema and the example of each body that the document tells of."""
    for item in document["paths"].values():
        for operation in (part for part in item.values() if isinstance(part, dict)):
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                yield from body.get("content", {}).values()
