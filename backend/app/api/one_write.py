"""Uvicorn's protocol, with each answer written in one piece.

Uvicorn writes the head of an answer and then its body, and each was a system call, a packet, and a client woken up for half
an answer: together a tenth of what a press costs the server.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# What is longer is sent as it comes: to join it to what is held would be to copy it.
MAX_JOINED_BYTES = 65_536


class _JoiningTransport:
    """Holds a piece until the next one comes, or until whoever wrote it has given control back to the loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        # Whatever else is asked of the transport comes after what was written to it.
        self._flush()
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if len(data) > MAX_JOINED_BYTES:
            self._flush()
            self._transport.write(data)
        elif self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        else:
            self._held = data
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            # Whoever was to read it may have gone since.
            if not self._transport.is_closing():
                self._transport.write(held)


class OneWriteProtocol(HttpToolsProtocol):
    """For uvicorn's setting `http`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        joining = _JoiningTransport(cast(asyncio.Transport, transport), self.loop)
        super().connection_made(cast(asyncio.Transport, joining))
