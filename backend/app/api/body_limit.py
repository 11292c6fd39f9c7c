"""Reads the bodies of requests, and refuses those that are larger than a path takes before they fill the memory."""

from collections.abc import MutableMapping
from typing import Any

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


class ClientGone(Exception):
    """The client went before its request was complete; there is nobody to answer."""


class BodyLimit:
    """ASGI middleware, outside the gate: reads a body to its end before a place is taken for the request, so that who
    sends slowly keeps none from others. A declared length that is too large is refused unread; a chunked body as soon as
    it has grown too large."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = max_body_bytes(scope["path"])
        try:
            if (declared_length(scope) or 0) > limit:
                raise TooLarge
            body = await read_body(receive, limit)
        except ClientGone:
            return
        except TooLarge:
            await problem_response(TooLarge(_sentence(limit)))(scope, receive, send)
            return
        read: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> Message:
            return read.pop() if read else await receive()

        await self.app(scope, receive_again, send)


async def read_body(receive: Receive, limit: int) -> bytes:
    """A whole body, of `limit` bytes at most. Raises TooLarge, ClientGone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)


def _sentence(limit: int) -> str:
    return f"The request body is larger than the {limit // 1024} KiB that this path takes."
