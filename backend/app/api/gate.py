"""Lets in only as many requests at once as can be served without waiting for each other.

Each request that uses the database holds a connection, and needs a thread for each of its steps. Let in without a
limit, some hold all connections while they wait for a thread, and others hold all threads while they wait for a
connection; and a correction that waits so holds its station's lock, so that presses wait with it.

A place is taken once the body is there (`body_limit` reads it outside), and given back as the answer begins: the
request's transaction has ended by then. How fast a client sends and takes is its own affair. What goes on reading after
that has places of its own; see `export_response`.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.body_limit import BATCH_PATH
from app.api.errors import problem_response
from app.core.errors import Unavailable

# With those of exports fewer than the connections of the engine's pool, and than the threads of the server's (40).
PLACES = 16
WAIT_S = 3.0
# These use the press path's own connections, and no thread; a batch that brings an API token one of each, in its turn.
UNGATED = frozenset({BATCH_PATH, "/api/v1/utils/health-check"})


class Busy(Unavailable):
    """Too many requests are under way."""

    code = "busy"
    default_detail = "The server has too many requests to answer at once. Try again shortly."


class RequestGate:
    """ASGI middleware. Who finds no place within three seconds is answered 503; presses never pass here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._places = asyncio.Semaphore(PLACES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") in UNGATED:
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(WAIT_S):
                await self._places.acquire()
        except TimeoutError:
            await problem_response(Busy())(scope, receive, send)
            return
        is_inside = True

        def leave() -> None:
            nonlocal is_inside
            if is_inside:
                is_inside = False
                self._places.release()

        async def send_from_outside(message: Message) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            await self.app(scope, receive, send_from_outside)
        finally:
            leave()
