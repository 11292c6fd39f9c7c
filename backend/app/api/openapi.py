"""The OpenAPI document, completed by what FastAPI does not know of."""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.api.examples import add_examples
from app.api.open_to import scope_of
from app.api.press_openapi import press_paths, press_schemas
from app.api.problems import API_TOKENS, add_implied_problems, needs_login, problem_schemas, share_problem_examples
from app.api.stream_openapi import stream_schemas

TITLE = "Stream Deck Button Tracker"
# Of the API, which is the product's own; a test holds it to that of pyproject.toml.
VERSION = "0.1.0"
ABOUT: dict[str, Any] = {
    "title": TITLE,
    "version": VERSION,
    "summary": "Each use of a Stream Deck key, durably on the record.",
    "description": (
        "A key of a Stream Deck opens `/p/{press_key}`; everything else is below `/api/v1`.\n\n"
        "**Logging in.** Programs send `Authorization: Bearer …`, with a token from `POST /api/v1/login/access-token`. "
        "Browsers have a cookie from `POST /api/v1/login/session`, and send what it answers as `X-CSRF-Token` with each "
        "request that changes something. Programs that shall do only some of it have an API token, made at `/api/v1/tokens/`, "
        "in the place of an access token.\n\n"
        "**Errors** are problem documents (RFC 9457, `application/problem+json`). Match on `code`, which never changes; "
        "`detail` is for people. What is not the caller's is not found. With 429 and 503 comes `Retry-After`.\n\n"
        "**Times** are in UTC, and need an offset in requests. Lists take `skip` and `limit`, the log and the audit a `cursor`."
    ),
    "contact": {"name": "Whoever runs this server"},
    "license_info": {"name": "MIT", "identifier": "MIT"},
}
TAGS = {
    "press": "What a key of a deck calls. The press key in the address is the permission.",
    "setup": "The first start: the first account and its station.",
    "login": "Logging in and out, by access token or by cookie; forgotten passwords.",
    "users": "Accounts: everybody's own, and all of them for superusers.",
    "tokens": "API tokens: for programs that record presses, or read and change what a station has.",
    "audit": "Who did what, and when: for the owners of a station, and for superusers.",
    "stations": "Stations and their members. A viewer reads, an editor changes buttons and decks, an owner the rest.",
    "invitations": "Invitations to join a station, for people with and without an account.",
    "mails": "Which mails of a station its members get.",
    "buttons": "What the keys stand for. What a button said when it was pressed stays with the press.",
    "keys": "Press keys: the random part of the address that a key of a deck calls.",
    "decks": "The Stream Decks of a station, their test mode, and whether one is unusually quiet.",
    "presses": "The log, its corrections and its exports; presses by batch and by hand.",
    "watches": "Spans in which no server was running.",
    "stats": "What the presses mean: counts over time, and of buttons beside each other.",
    "stream": "A station, live.",
    "instance": "All of the instance, for superusers: its stations, and how it is.",
    "utils": "Whether the server is well, and whether its mail arrives.",
}
SECURITY_SCHEMES = {
    "AccessToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from `POST /api/v1/login/access-token`.",
    },
    "SessionCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tracker_session",
        "description": "The cookie that `POST /api/v1/login/session` sets.",
    },
    API_TOKENS: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made at `/api/v1/tokens/`: it opens the paths of its scopes, in its station.",
    },
    "CsrfToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "With the cookie, for whatever changes something: the `csrf_token` of the same answer.",
    },
}
MAX_SUMMARY_LENGTH = 120


def complete_openapi(app: FastAPI) -> None:
    """Put the press path, and how errors look, into the application's document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        add_api_tokens(document, app)
        return complete(document)

    # The way that FastAPI's own guide extends the document.
    app.openapi = openapi  # type: ignore[method-assign]


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


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add to FastAPI's document what it does not know of, in place."""
    add_implied_problems(document)
    for item in document["paths"].values():
        for method, operation in item.items():
            operation["summary"] = summary_of(operation.get("description", ""))
            if needs_login(operation):
                operation["security"] = _ways_in(method, operation["security"])
    document["paths"] |= press_paths()
    schemas = press_schemas() | stream_schemas() | problem_schemas()
    document["components"].setdefault("schemas", {}).update(schemas)
    document["components"].setdefault("securitySchemes", {}).update(SECURITY_SCHEMES)
    document["tags"] = [{"name": name, "description": description} for name, description in TAGS.items()]
    add_examples(document)
    share_problem_examples(document)
    return document


def summary_of(description: str) -> str:
    """The first sentence, or as far as a colon or semicolon, without its full stop."""
    return re.split(r"[.:;](?:\s|$)", " ".join(description.split()), maxsplit=1)[0]


def _ways_in(method: str, declared: list[dict[str, list[str]]]) -> list[dict[str, list[str]]]:
    """An access token however it was come by, or a browser's cookie, which needs its CSRF token to change something; and
    an API token where one will do."""
    by_cookie = ("SessionCookie",) if method == "get" else ("SessionCookie", "CsrfToken")
    logins = [way for way in declared if API_TOKENS not in way]
    api_tokens = [way for way in declared if API_TOKENS in way]
    return [{"AccessToken": []}, *logins, {scheme: [] for scheme in by_cookie}, *api_tokens]
