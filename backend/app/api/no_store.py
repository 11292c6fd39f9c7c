"""Has nothing kept by a browser, or by a cache in between, that does not say itself for how long it may be.

A browser keeps an answer without a word on that for as long as it likes. On a computer that people share, the log and the
press URLs would be there for the next one, after who had asked for them was logged out.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CACHE_CONTROL = b"cache-control"


class NoStore:
    """ASGI middleware. What routes say of caches themselves stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", [])
                if all(name != CACHE_CONTROL for name, _ in headers):
                    message = {**message, "headers": [*headers, (CACHE_CONTROL, b"no-store")]}
            await send(message)

        await self.app(scope, receive, send_unkept)
