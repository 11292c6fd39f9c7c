"""An answer that goes on until its stream ends, or whoever reads it goes away."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

# No cache may keep it, and nginx must not collect it before it passes it on.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# To take the last chunk. Who is stuck does not even take that.
PATIENCE_S = 1.0


class OpenedStream(Protocol):
    """A live stream that has begun."""

    @property
    def chunks(self) -> AsyncGenerator[bytes]:
        """What is to be sent, as it comes."""
        ...

    async def ended(self) -> None:
        """Wait until nothing more is to be sent, although the client may still be taking something."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class EventStream(Response):
    """Server-sent events.

    The stream is opened here and not in the route: by now the request's transaction has ended. It is answered as usual
    when that fails.
    """

    media_type = "text/event-stream"

    def __init__(self, open_stream: Callable[[], Awaitable[OpenedStream]]) -> None:
        # Not by way of the base class, which would tell a length of 0.
        self.status_code = 200
        self.background = None
        self.init_headers(HEADERS)
        self._open_stream = open_stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream = await self._open_stream()
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await _until_first(_send_all(stream, send), stream.ended(), _gone(receive))
        finally:
            stream.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_all(stream: OpenedStream, send: Send) -> None:
    async with contextlib.aclosing(stream.chunks) as chunks:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _until_first(*coroutines: Awaitable[None]) -> None:
    """Run all until one of them ends; the others are cancelled. Raises what that one raised."""
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
