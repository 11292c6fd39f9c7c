"""Refuses bodies that are larger than a path takes, before they are read into memory."""

from collections.abc import MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import problem_response
from app.core.errors import TooLarge

MAX_BODY_BYTES = 64 * 1024
MAX_BATCH_BODY_BYTES = 1024 * 1024
BATCH_PATH = "/api/v1/presses/batch"


def max_body_bytes(path: str) -> int:
    """The largest body that a path takes, in bytes."""
    return MAX_BATCH_BODY_BYTES if path.rstrip("/") == BATCH_PATH else MAX_BODY_BYTES


def declared_length(scope: MutableMapping[str, Any]) -> int | None:
    """The Content-Length header, where it is a number."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            # Python refuses to read a number of thousands of digits; so many as these are too large already.
            return int(value[:20]) if value.isdigit() else None
    return None


class BodyLimit:
    """ASGI middleware. A declared length is refused unread; a chunked body as soon as it has grown too large."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = max_body_bytes(scope["path"])
        if (declared_length(scope) or 0) > limit:
            await problem_response(TooLarge(_sentence(limit)))(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # FastAPI turns any other exception met while it reads a body into a 400.
                raise HTTPException(TooLarge.status, _sentence(limit))
            return message

        await self.app(scope, receive_limited, send)


def _sentence(limit: int) -> str:
    return f"The request body is larger than the {limit // 1024} KiB that this path takes."
