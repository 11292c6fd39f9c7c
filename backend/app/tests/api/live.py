"""The application as it runs: with its lifespan, on a database that keeps what is pressed, spoken to in plain ASGI."""

import gc
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.types import Message

from app import main
from app.core.config import Settings
from app.main import Tracker, create_app

CLIENT = "203.0.113.7"


@asynccontextmanager
async def live_app(settings: Settings) -> AsyncIterator[Tracker]:
    """The application from start to stop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "get_settings", lambda: settings)
        app = create_app()
        async with app.router.lifespan_context(app):
            yield app
    gc.unfreeze()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem document."""
        assert self.headers["content-type"] == "application/problem+json", self
        assert self.json["status"] == self.status
        assert {"type", "title", "status", "detail", "code"} <= self.json.keys()
        code: str = self.json["code"]
        return code


async def ask(
    app: Tracker,
    method: str,
    path: str,
    *,
    body: bytes | Sequence[bytes] | object = b"",
    headers: Iterable[tuple[str, str]] = (),
    client: str | None = CLIENT,
    is_length_told: bool = True,
) -> Answer:
    """Make a request. A body that is neither bytes nor a list of chunks is sent as JSON, in plain ASCII."""
    chunks = _chunks(body)
    path, _, query = path.partition("?")
    raw_headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    if is_length_told and any(chunks):
        raw_headers.append((b"content-length", str(sum(map(len, chunks))).encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path, errors="replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            *([] if any(name == b"host" for name, _ in raw_headers) else [(b"host", b"tracker.test")]),
            *raw_headers,
        ],
        "client": (client, 40000) if client else None,
        "server": ("tracker.test", 80),
    }
    incoming = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, start=1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = sent[0]
    return Answer(
        status=start["status"],
        headers={name.decode().lower(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )


def _chunks(body: object) -> list[bytes]:
    if isinstance(body, bytes):
        return [body]
    if isinstance(body, list) and body and all(isinstance(chunk, bytes) for chunk in body):
        return body
    return [json.dumps(body).encode()]
