"""Answers that are made while they are sent, a page at a time, and that never look complete when they are not."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote
from uuid import UUID

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.core.errors import Unavailable

MAX_EXPORTS = 2
RETRY_AFTER_S = 15
PIECE_BYTES = 64 * 1024
# What a client may fall behind in all. Each piece that it takes earns it the time that the slowest allowed needs for it:
# so nobody keeps a place from others by taking a byte now and then.
PATIENCE_S = 60.0
MIN_BYTES_PER_S = 32 * 1024


class TooManyExports(Unavailable):
    """As many exports as one process makes at once are under way, or one of the same user."""

    code = "too_many_exports"
    default_detail = "Other exports, or one of yours, are under way. Try again in a moment."


class ExportBroken(Exception):
    """An export ended before its end.

    It goes up to the server, which closes the connection without the last chunk of the body. Nothing else can tell
    the client: the status was sent long ago.
    """


class ExportPlaces:
    """Whose exports are under way. Each keeps a connection and a thread busy for as long as a client takes it fast, so
    that nobody has two at once."""

    def __init__(self, most: int = MAX_EXPORTS) -> None:
        self._most = most
        self._users: set[UUID] = set()

    @contextmanager
    def place(self, user_id: UUID) -> Iterator[None]:
        """A place for one export, until the block ends. Raises TooManyExports. Only for the event loop's thread."""
        if user_id in self._users or len(self._users) >= self._most:
            raise TooManyExports(retry_after_s=RETRY_AFTER_S)
        self._users.add(user_id)
        try:
            yield
        finally:
            self._users.discard(user_id)


class ExportResponse(StreamingResponse):
    """A file to download, sent in chunks as its pages are made, each in a thread.

    Whoever reads it has the whole file when the body ends as HTTP/1.1 says, with its last chunk: then a download
    succeeds. Where a page could not be read, the connection is closed before that: browsers call the download failed,
    `curl` ends with code 18. An error before the first page is answered as usual.
    """

    def __init__(self, pages: Iterator[str], *, file_name: str, places: ExportPlaces, user_id: UUID) -> None:
        headers = {"Cache-Control": "no-store", "Content-Disposition": content_disposition(file_name)}
        self._pages = iterate_in_threadpool(pages)
        super().__init__(self._pages, headers=headers)
        self._places = places
        self._user_id = user_id
        self._patience_s = PATIENCE_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Taken here and not in the route: from here on there is no way past the end of the block, whether the client
        # takes all of it, goes away, or never saw the beginning.
        with self._places.place(self._user_id):
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        page = await anext(self._pages, "")
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            await self._send_page(page, send)
            async for page in self._pages:
                await self._send_page(page, send)
        except Exception as error:
            raise ExportBroken(str(error).partition("\n")[0]) from error
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_page(self, page: str, send: Send) -> None:
        body = page.encode()
        for begin in range(0, len(body), PIECE_BYTES):
            await self._send_piece(body[begin : begin + PIECE_BYTES], send)

    async def _send_piece(self, piece: bytes, send: Send) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._patience_s):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            msg = "The client takes it too slowly."
            raise ExportBroken(msg) from None
        waited_s = time.monotonic() - began
        self._patience_s = min(PATIENCE_S, self._patience_s - waited_s + len(piece) / MIN_BYTES_PER_S)


class CsvExport(ExportResponse):
    """A CSV file."""

    media_type = "text/csv"


class JsonLinesExport(ExportResponse):
    """JSON Lines: an object on each line, in UTF-8."""

    media_type = "application/x-ndjson"


def content_disposition(file_name: str) -> str:
    """The header that saves an answer under this name; as RFC 6266 has it, in ASCII and, where that is not all, whole."""
    plain = re.sub(r'[^ -~]|["\\]', "_", file_name)
    whole = "" if plain == file_name else f"; filename*=UTF-8''{quote(file_name, safe='')}"
    return f'attachment; filename="{plain}"{whole}'
