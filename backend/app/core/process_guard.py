"""A child process that ends when its parent ends, however the parent ends.

On Linux the kernel signals the child (PR_SET_PDEATHSIG). Elsewhere, and where the child is started off the main
thread, a watcher does: a small process that holds one end of a pipe and sends the signal once the other end closes.
This file is also the program of that watcher, so it imports nothing of the application.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Literal

import psutil

PR_SET_PDEATHSIG = 1
PARENT_IS_GONE_EXIT_CODE = 90
WATCHER_STOP_TIMEOUT_S = 5.0
# What a session of its own is elsewhere: on Windows, where sessions are another thing, a Ctrl-C in the console would
# reach every process in it.
OWN_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

SignalName = Literal["INT", "TERM", "QUIT", "KILL"]


class Guard(StrEnum):
    """Who tells the child that its parent died."""

    KERNEL = "kernel"
    WATCHER = "watcher"


@dataclass(frozen=True, kw_only=True)
class ProcessUser:
    """The operating system user that a child runs as.

    `is_other` claims that it is not the user of this process; only root can start children of another user.
    """

    name: str
    uid: int
    gid: int
    is_other: bool

    @property
    def switch_uid(self) -> int | None:
        return self.uid if self.is_other else None

    @property
    def switch_gid(self) -> int | None:
        return self.gid if self.is_other else None

    @property
    def switch_groups(self) -> list[int] | None:
        """Empty, not the user's own groups: a database server needs none of them."""
        return [] if self.is_other else None

    def take(self, target: Path | int) -> None:
        """Make this user the owner of a file (not of what a link points at) or of an open file; nothing on Windows."""
        if sys.platform == "win32" or not self.is_other:
            return
        if isinstance(target, int):
            os.fchown(target, self.uid, self.gid)
        else:
            os.lchown(target, self.uid, self.gid)


class GuardedProcess:
    """A running child, and its watcher where it has one."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        *,
        watcher: subprocess.Popen[bytes] | None,
        signal_command: Sequence[str],
    ) -> None:
        self._child = child
        self._watcher = watcher
        self._signal_command = tuple(signal_command)

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def watcher_pid(self) -> int | None:
        return None if self._watcher is None else self._watcher.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._child.poll()

    def send(self, name: SignalName) -> None:
        if self._child.poll() is None:
            send_signal(self._child.pid, name, signal_command=self._signal_command)

    def ends_within(self, timeout_s: float) -> bool:
        try:
            self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def wait(self) -> int:
        return self._child.wait()

    def dismiss_watcher(self) -> None:
        """To be called once the child has ended: an id may be given to another process, so nobody must watch it on."""
        if self._watcher is None:
            return
        watcher, self._watcher = self._watcher, None
        if watcher.stdin is not None:
            with contextlib.suppress(OSError):
                watcher.stdin.write(b"dismissed\n")
                watcher.stdin.close()
        try:
            watcher.wait(WATCHER_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            watcher.kill()
            watcher.wait()


def choose_guard(wish: Guard | None = None) -> Guard:
    """The kernel if it can: it signals when the *thread* that forked ends, so only the main thread may rely on it."""
    kernel_can = sys.platform == "linux" and threading.current_thread() is threading.main_thread()
    return Guard.KERNEL if kernel_can and wish is not Guard.WATCHER else Guard.WATCHER


def spawn_guarded(
    command: Sequence[str | Path],
    *,
    user: ProcessUser,
    cwd: Path,
    env: Mapping[str, str],
    output: IO[bytes],
    guard: Guard,
    signal_command: Sequence[str] = (),
) -> GuardedProcess:
    """Start `command` so that it gets SIGINT when this process dies. Errors: OSError, subprocess.SubprocessError."""
    # The watcher comes first: its interpreter starts while the child does, and the child is hardly ever unwatched.
    watcher = _spawn_watcher() if guard is Guard.WATCHER else None
    try:
        child = subprocess.Popen(  # noqa: S603  a list of arguments, no shell
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user.switch_uid,
            group=user.switch_gid,
            extra_groups=user.switch_groups,
            umask=0o077,
            # A session of its own: a Ctrl-C in the terminal is for the parent, which needs the child to the end.
            start_new_session=True,
            creationflags=OWN_GROUP,
            preexec_fn=ask_kernel_for_signal(os.getpid()) if guard is Guard.KERNEL else None,
        )
    except BaseException:
        _end_watcher(watcher)
        raise
    process = GuardedProcess(child, watcher=watcher, signal_command=signal_command)
    if watcher is not None:
        _tell_watcher(watcher, child.pid, signal_command)
    return process


def send_signal(pid: int, name: SignalName, *, signal_command: Sequence[str] = ()) -> None:
    """`signal_command` is for Windows, where programs bring their own (`pg_ctl kill`); name and pid are appended."""
    if signal_command:
        subprocess.run([*signal_command, name, str(pid)], check=False, capture_output=True)  # noqa: S603
        return
    with contextlib.suppress(ProcessLookupError):
        # Windows knows not all of them; there the process is ended by any.
        os.kill(pid, getattr(signal, f"SIG{name}", signal.SIGTERM))


def ask_kernel_for_signal(parent_pid: int, number: int = signal.SIGINT) -> Callable[[], None]:
    """For the child, between fork and exec: `number` comes once the parent is gone. The change of user comes earlier; a later
    one would clear the request."""
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        if libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
        # A parent that died before the request is never announced.
        if os.getppid() != parent_pid:
            os._exit(PARENT_IS_GONE_EXIT_CODE)

    return ask


def _spawn_watcher() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  our own interpreter and file
        [sys.executable, "-I", "-B", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=OWN_GROUP,
    )


def _tell_watcher(watcher: subprocess.Popen[bytes], pid: int, signal_command: Sequence[str]) -> None:
    order = {"pid": pid, "started_at": _started_at(pid), "signal_command": list(signal_command)}
    if watcher.stdin is not None:
        with contextlib.suppress(OSError):
            watcher.stdin.write(json.dumps(order).encode() + b"\n")
            watcher.stdin.flush()


def _end_watcher(watcher: subprocess.Popen[bytes] | None) -> None:
    if watcher is None:
        return
    if watcher.stdin is not None:
        watcher.stdin.close()
    watcher.wait()


def _started_at(pid: int) -> float | None:
    """When this process was started; with the id it names a process beyond doubt. None: there is no such process."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def watch(orders: IO[bytes]) -> None:
    """Read one order, wait until the pipe closes, then interrupt the process that it names, unless dismissed before."""
    line = orders.readline()
    if not line:
        return
    order = json.loads(line)
    if orders.read():
        return
    if order["started_at"] is not None and _started_at(order["pid"]) == order["started_at"]:
        send_signal(order["pid"], "INT", signal_command=order["signal_command"])


if __name__ == "__main__":
    watch(sys.stdin.buffer)
