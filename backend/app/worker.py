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


def _stop_with_parent() -> None:
    """Ends the process when standard input ends, even one that hangs. The kernel's own signal, where there is one,
    may have come first; two are as good as one."""
    sys.stdin.buffer.read()
    signal.raise_signal(signal.SIGTERM)
    threading.Event().wait(GRACE_S + 2)
    os._exit(1)


def main() -> None:
    """Read the orders and serve until told to stop."""
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
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    uvicorn.Server(config).run(sockets=[_open_socket(orders.sock)])


if __name__ == "__main__":
    main()
