"""A worker process, as its parent holds it. This imports little: a worker is begun before its parent has got itself ready."""

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.core.process_guard import OWN_GROUP, Guard, ask_kernel_for_signal, choose_guard

BACKEND = Path(__file__).resolve().parent.parent
STANDARD_INPUT = 0


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told on its standard input: one line, and with it the socket to listen on."""

    env: dict[str, str]
    # On Windows, where no descriptor can be sent, a shared socket in base64.
    share: str = ""

    def to_line(self) -> bytes:
        return json.dumps({"env": self.env, "share": self.share}).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Orders":
        document: dict[str, Any] = json.loads(line)
        return cls(env=document["env"], share=document["share"])


class Worker:
    """One worker process. It ends with this one: by the kernel's word on Linux, and because its input ends."""

    def __init__(self) -> None:
        self.started_at = time.monotonic()
        self._line: socket.socket | None = None
        its_input: socket.socket | None = None
        if os.name != "nt":
            self._line, its_input = socket.socketpair()
        is_guarded = choose_guard() is Guard.KERNEL
        python, environment = _python()
        self._process = subprocess.Popen(  # noqa: S603  this program's own Python
            # In the same folder, so that a path in the settings means the same; but no folder `app` in it shall be taken
            # for ours.
            [python, "-P", "-m", "app.worker"],
            env=environment,
            stdin=its_input.fileno() if its_input else subprocess.PIPE,
            # A session of its own: a Ctrl-C in the terminal is for the parent, which stops everything in order.
            start_new_session=True,
            creationflags=OWN_GROUP,
            # Not SIGINT, which would end its imports with a traceback.
            preexec_fn=ask_kernel_for_signal(os.getpid(), signal.SIGTERM) if is_guarded else None,
        )
        if its_input:
            its_input.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def order(self, env: dict[str, str], sock: socket.socket) -> None:
        """Let it serve on this socket; to be called once."""
        with contextlib.suppress(OSError):  # it has ended already, which the supervisor will see
            if self._line is None:
                share: bytes = sock.share(self.pid)  # type: ignore[attr-defined,unused-ignore]
                self._pipe.write(Orders(env, base64.b64encode(share).decode()).to_line())
                self._pipe.flush()
            else:
                line = Orders(env).to_line()
                socket.send_fds(self._line, [line[:1]], [sock.fileno()])
                self._line.sendall(line[1:])

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101  asked for above
        return self._process.stdin

    def ask_to_stop(self) -> None:
        with contextlib.suppress(OSError):
            if self._line is None:
                self._pipe.close()
            else:
                self._line.close()

    def stop(self, *, deadline: float) -> bool:
        """Wait until it has ended; past the deadline, end it. Whether it ended by itself."""
        try:
            self._process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def _python() -> tuple[str, dict[str, str]]:
    """The program to run, and its environment: ours, in which a worker also finds this program where it is not
    installed."""
    folders = [os.environ.get("PYTHONPATH"), str(BACKEND)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(folder for folder in folders if folder)}
    base: str | None = getattr(sys, "_base_executable", None)
    if sys.platform != "win32" or not base or base == sys.executable:
        return sys.executable, environment
    # A virtual environment's python.exe on Windows starts another process, which is the one that would have to be named
    # when a socket is shared. So that one is started directly, as `multiprocessing` does it.
    return base, environment | {"__PYVENV_LAUNCHER__": sys.executable}


def receive_orders() -> tuple[Orders, socket.socket] | None:
    """In the worker: its orders and its socket; None when the parent has gone without giving any."""
    if os.name == "nt":
        line = sys.stdin.buffer.readline()
        if not line:
            return None
        orders = Orders.from_line(line)
        return orders, socket.fromshare(base64.b64decode(orders.share))  # type: ignore[attr-defined,unused-ignore]
    with socket.socket(fileno=os.dup(STANDARD_INPUT)) as parent:
        line, descriptors, _, _ = socket.recv_fds(parent, 1, 1)
        while line and not line.endswith(b"\n"):
            more = parent.recv(65_536)
            line = line + more if more else b""
    return (Orders.from_line(line), socket.socket(fileno=descriptors[0])) if line else None


_begun: list[Worker] = []


def begin_one() -> None:
    """Start a worker for `next_worker`: its imports take as long as its parent's, and both can go on at once."""
    _begun.append(Worker())


def next_worker() -> Worker:
    """The worker that was begun, or a new one."""
    return _begun.pop() if _begun else Worker()


def end_unused() -> None:
    """End a worker that was begun and that nobody asked for."""
    while _begun:
        _begun.pop().kill()
