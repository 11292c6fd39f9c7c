"""A worker process of `tracker serve`: waits for its orders, then serves on the socket that it was given.

Its imports run while the parent does its own and starts the database. The orders come on standard input, which stays open
for as long as the parent lives: its end is the order to stop.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from types import FrameType

import uvicorn

from app.api.one_write import OneWriteProtocol
from app.core.config import get_settings
from app.main import app
from app.worker_process import receive_orders

GRACE_S = 8
# The last of an answer, once it is all written.
TAKE_WITHIN_S = 1.5
KEEP_ALIVE_S = 75
# The one on Windows by default cannot wait for a socket, which is how psycopg waits for PostgreSQL.
LOOP = "asyncio:SelectorEventLoop" if sys.platform == "win32" else "auto"


class _Server(uvicorn.Server):
    """Stops in order, however often it is told to: by the end of its input, and by the kernel when the parent died.
    Uvicorn takes the second signal as impatience, and cancels the requests under way, which are answered 500 then."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(TAKE_WITHIN_S, self._let_go_of_the_stuck)
        await super().shutdown(sockets)

    def _let_go_of_the_stuck(self) -> None:
        """End connections whose answer is given and not taken: whoever follows a station live and has gone to sleep
        would hold the stop up for as long as the grace is."""
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and transport.is_closing():
                transport.abort()


def _stop_with_parent() -> None:
    """Ends the process when standard input ends, even one that hangs."""
    # Not sys.stdin: its lock, held by a thread that waits in it, makes the interpreter's own end fail.
    while os.read(0, 1024):
        pass
    signal.raise_signal(signal.SIGTERM)
    threading.Event().wait(GRACE_S + 2)
    os._exit(1)


def main() -> None:
    """Read the orders and serve until told to stop."""
    # Until the server takes its signals there is nothing to tidy up, nor a traceback worth reading.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    received = receive_orders()
    if received is None:
        return
    orders, sock = received
    os.environ.update(orders.env)
    get_settings.cache_clear()
    threading.Thread(target=_stop_with_parent, name="stop-with-parent", daemon=True).start()
    config = uvicorn.Config(
        app,
        loop=LOOP,
        lifespan="on",
        ws="none",
        http=OneWriteProtocol,
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
