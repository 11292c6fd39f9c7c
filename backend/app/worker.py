"""A worker process of `tracker serve`: waits for its orders, then serves on the socket that it was given.

Its imports run while the parent starts the database. The orders are one line of JSON on standard input, which stays
open for as long as the parent lives: its end is the order to stop.
"""

import base64
import os
import signal
import socket
import sys
import threading
from types import FrameType

import uvicorn

from app.core.config import get_settings
from app.main import app
from app.serve import Orders

GRACE_S = 8
KEEP_ALIVE_S = 75


def _open_socket(sock: int | str) -> socket.socket:
    if isinstance(sock, int):
        return socket.socket(fileno=sock)
    shared: socket.socket = socket.fromshare(base64.b64decode(sock))  # type: ignore[attr-defined,unused-ignore]
    return shared


class _Server(uvicorn.Server):
    """Stops in order, however often it is told to: by the end of its input, and by the kernel when the parent died.
    Uvicorn takes the second signal as impatience, and cancels the requests under way, which are answered 500 then."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = True


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
    line = sys.stdin.buffer.readline()
    if not line:
        return
    orders = Orders.from_line(line)
    os.environ.update(orders.env)
    get_settings.cache_clear()
    threading.Thread(target=_stop_with_parent, name="stop-with-parent", daemon=True).start()
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config).run(sockets=[_open_socket(orders.sock)])


if __name__ == "__main__":
    main()
