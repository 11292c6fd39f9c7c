"""A private PostgreSQL server in a data directory, started and stopped by the process that needs it.

The server answers on a Unix socket only (on Windows on 127.0.0.1, with a generated password), ends with its parent even
when that one is killed, and recovers from whatever the last run left behind.

    with EmbeddedPostgres(data_dir=default_data_dir()) as postgres:
        psycopg.connect(postgres.conninfo)
"""

import logging
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs
import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from app.core.postgres_binaries import Binaries, clean_environment, find_binaries, within_reach
from app.core.postgres_cluster import (
    CLUSTER_NAME,
    LOCK_NAME,
    ROLE,
    DataLock,
    all_gone_within,
    check_cluster,
    check_owner,
    choose_user,
    clear_stale_pid_file,
    hand_over,
    make_cluster,
    make_data_dir,
    owner_of,
    stop_orphans,
    tail,
    take_lock,
)
from app.core.postgres_errors import (
    BinariesUnusable,
    DataDirectoryInUse,
    DataDirectoryUnusable,
    DurabilityOff,
    EmbeddedPostgresError,
    ServerFailed,
    WrongMajorVersion,
)
from app.core.postgres_files import create_file, make_folder, read_file, remove_tree, unlink, write_file
from app.core.process_guard import Guard, GuardedProcess, ProcessUser, choose_guard, spawn_guarded

__all__ = [
    "BinariesUnusable",
    "DataDirectoryInUse",
    "DataDirectoryUnusable",
    "DurabilityOff",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "Guard",
    "ServerFailed",
    "WrongMajorVersion",
    "conninfo_of_running",
    "default_data_dir",
    "suits_a_socket",
]

logger = logging.getLogger(__name__)

APP_NAME = "streamdeck-button-tracker"
DATABASE = "tracker"
IDENT_MAP = "tracker"
SOCKET_PORT = 5432
SOCKET_NAME = f".s.PGSQL.{SOCKET_PORT}"
SOCKET_PATH_MAX_BYTES = 103  # macOS; Linux has 107
SHORT_SOCKET_DIR_PREFIX = "tracker-pg-"
POLL_INTERVAL_S = 0.005
KILL_TIMEOUT_S = 10.0


def default_data_dir() -> Path:
    """Where the data goes when nobody says so: a service's place for root on Linux, else the user's data directory."""
    if sys.platform == "linux" and os.geteuid() == 0:
        return Path("/var/lib") / APP_NAME
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


@dataclass(frozen=True, kw_only=True)
class _Endpoint:
    """Where the server listens: a folder with a socket, or a port of 127.0.0.1 with a password."""

    socket_dir: Path | None
    port: int
    password: str | None

    def conninfo(self, dbname: str) -> str:
        if self.socket_dir is not None:
            return make_conninfo(host=str(self.socket_dir), port=self.port, user=ROLE, dbname=dbname)
        return make_conninfo(host="127.0.0.1", port=self.port, user=ROLE, password=self.password, dbname=dbname)

    def settings(self) -> dict[str, str]:
        if self.socket_dir is None:
            return {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(self.port)}
        return {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "port": str(self.port),
        }


class EmbeddedPostgres:
    """Supervises one server on one data directory. Not thread-safe: one owner starts and stops it.

    `bin_dir` (PG_BIN_DIR) holds the programs to use instead of the installed ones. `run_as` (TRACKER_PG_USER) is the
    unprivileged user for a supervisor that is root. `guard` says who ends the server when this process is killed; left
    out, the best that the platform and the calling thread allow. `use_tcp` is how it works on Windows, and only meant
    for there.

    Every public method raises EmbeddedPostgresError, with a message for the operator.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        bin_dir: Path | None = None,
        run_as: str | None = None,
        start_timeout_s: float = 300.0,
        stop_timeout_s: float = 30.0,
        guard: Guard | None = None,
        use_tcp: bool = sys.platform == "win32",
    ) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self._bin_dir = bin_dir
        self._run_as = run_as
        self._start_timeout_s = start_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._guard = guard
        self._use_tcp = use_tcp
        self._user: ProcessUser | None = None
        self._lock: DataLock | None = None
        self._endpoint: _Endpoint | None = None
        self._process: GuardedProcess | None = None
        self._old_log_sizes: dict[Path, int] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def conninfo(self) -> str:
        """How to connect, for libpq and psycopg. Stays the same when the server is started again after a crash."""
        if self._endpoint is None:
            msg = "The embedded database has not been started."
            raise EmbeddedPostgresError(msg)
        return self._endpoint.conninfo(DATABASE)

    @property
    def pid(self) -> int | None:
        """Of the server while this object runs one."""
        return self._process.pid if self._process is not None and self.is_running() else None

    def is_running(self) -> bool:
        return self._process is not None and self._process.exit_code is None

    def start(self) -> None:
        """Return when the server answers and the database exists; nothing to do when it runs already.

        After a crash of the server, call it again. To be called from the main thread; from another one the kernel
        cannot be asked to end the server with this process, and a watcher process is used instead.
        """
        if self.is_running():
            return
        try:
            self._start()
        except EmbeddedPostgresError:
            self.stop()
            raise
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            msg = f"The embedded database in {self.data_dir} cannot be started: {error}."
            raise DataDirectoryUnusable(msg) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Disconnect everybody and shut down; at once, with recovery at the next start, when that takes too long.

        Releases the data directory. May be called at any time and again.
        """
        if self._process is not None:
            self._end_process(self._process)
            self._process = None
        if self._endpoint is not None:
            if self._user is not None:
                self._remove_short_socket_dir(self._endpoint, user=self._user)
            self._endpoint = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _start(self) -> None:
        self._forget_crashed_process()
        self._user = user = choose_user(self._run_as, data_dir=self.data_dir)
        make_data_dir(self.data_dir, user=user)
        if self._lock is None:
            self._lock = take_lock(self.data_dir, user=user)
        check_owner(self.data_dir, user=user)
        self._lock.hand_to(user)
        hand_over(self.data_dir, user=user)
        stop_orphans(self.data_dir, timeout_s=self._stop_timeout_s)
        binaries = within_reach(find_binaries(self._bin_dir, user=user), user=user, data_dir=self.data_dir)
        guard = choose_guard(self._guard)
        make_cluster(self.data_dir, binaries=binaries, user=user, password_file=self._password_file(user), guard=guard)
        self._write_access_files(user)
        check_cluster(self.data_dir, binaries=binaries, user=user)
        clear_stale_pid_file(self.data_dir, user=user)
        self._endpoint = self._endpoint or self._choose_endpoint(user)
        self._run(binaries, user=user, endpoint=self._endpoint, guard=guard)

    def _forget_crashed_process(self) -> None:
        if self._process is not None:
            logger.warning("the database server ended with code %s", self._process.exit_code)
            self._process.dismiss_watcher()
            self._process = None

    def _password_file(self, user: ProcessUser) -> Path | None:
        if not self._use_tcp:
            return None
        path = self.data_dir / "password"
        if not path.exists():
            write_file(path, secrets.token_urlsafe(32), user=user)
        return path

    def _write_access_files(self, user: ProcessUser) -> None:
        """Who may connect: the operating system says who it is (peer). Root could become that user anyway."""
        method = "host all all 127.0.0.1/32 scram-sha-256" if self._use_tcp else f"local all all peer map={IDENT_MAP}"
        names = sorted({user.name, "root"})
        ident = "".join(f'{IDENT_MAP} "{name}" {ROLE}\n' for name in names)
        write_file(self.data_dir / "pg_hba.conf", f"{method}\n", user=user)
        write_file(self.data_dir / "pg_ident.conf", ident, user=user)

    def _choose_endpoint(self, user: ProcessUser) -> _Endpoint:
        password_file = self._password_file(user)
        if password_file is not None:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            password = read_file(password_file, user=user).decode("utf-8")
            return _Endpoint(socket_dir=None, port=port, password=password)
        return _Endpoint(socket_dir=self._choose_socket_dir(user), port=SOCKET_PORT, password=None)

    def _choose_socket_dir(self, user: ProcessUser) -> Path:
        """In the data directory where its path suits a socket; else a private folder with a short name.

        The short one is noted, so that the next start finds it again when this process is killed.
        """
        inside = self.data_dir / "run"
        note = self.data_dir / "socket-dir"
        if suits_a_socket(inside):
            unlink(note, user=user)
            return make_folder(inside, user=user)
        parent = _short_temporary_folder(user)
        with suppress(OSError, ValueError):
            noted = Path(read_file(note, user=user).decode("utf-8"))
            is_ours = noted.parent == parent and noted.name.startswith(SHORT_SOCKET_DIR_PREFIX)
            if is_ours and _is_private_folder(noted, user=user):
                return noted
        short = Path(tempfile.mkdtemp(prefix=SHORT_SOCKET_DIR_PREFIX, dir=parent))
        user.take(short)
        write_file(note, str(short), user=user)
        return short

    def _remove_short_socket_dir(self, endpoint: _Endpoint, *, user: ProcessUser) -> None:
        if endpoint.socket_dir is not None and endpoint.socket_dir.parent != self.data_dir:
            with suppress(OSError):
                remove_tree(endpoint.socket_dir, user=user)
            with suppress(OSError):
                unlink(self.data_dir / "socket-dir", user=user)

    def _run(self, binaries: Binaries, *, user: ProcessUser, endpoint: _Endpoint, guard: Guard) -> None:
        if endpoint.socket_dir is not None:
            # No server of this cluster lives, so these are left over; their pid could by now be another program's.
            for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
                unlink(endpoint.socket_dir / name, user=user)
        log_dir = make_folder(self.data_dir / "log", user=user)
        self._old_log_sizes = {path: path.lstat().st_size for path in log_dir.glob("postgresql-*.log")}
        settings = {**self._settings(), **endpoint.settings()}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with create_file(log_dir / "start.log", user=user) as output:
            self._process = spawn_guarded(
                [binaries.program("postgres"), "-D", self.data_dir / CLUSTER_NAME, *options],
                user=user,
                cwd=self.data_dir,
                env=clean_environment(),
                output=output,
                guard=guard,
                signal_command=[str(binaries.program("pg_ctl")), "kill"] if sys.platform == "win32" else [],
            )
        self._wait_until_ready(self._process, user=user)
        self._ensure_database(endpoint, user=user)

    def _settings(self) -> dict[str, str]:
        """What must hold whatever postgresql.conf says. The rest can be tuned there, as shared_buffers."""
        return {
            "hba_file": str(self.data_dir / "pg_hba.conf"),
            "ident_file": str(self.data_dir / "pg_ident.conf"),
            "logging_collector": "on",
            "log_directory": str(self.data_dir / "log"),
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            "log_timezone": "UTC",
            "timezone": "UTC",
            # Our queries are short; compiling one costs more than it saves.
            "jit": "off",
        }

    def _wait_until_ready(self, process: GuardedProcess, *, user: ProcessUser) -> None:
        deadline = time.monotonic() + self._start_timeout_s
        while not self._says_ready(process.pid, user=user):
            if process.exit_code is not None:
                msg = f"The database server in {self.data_dir} ended while starting.\n{self._log_tail(user)}"
                raise ServerFailed(msg)
            if time.monotonic() > deadline:
                waited = f"was not ready within {self._start_timeout_s:g} s"
                msg = f"The database server in {self.data_dir} {waited}.\n{self._log_tail(user)}"
                raise ServerFailed(msg)
            time.sleep(POLL_INTERVAL_S)

    def _says_ready(self, pid: int, *, user: ProcessUser) -> bool:
        """The server notes its state at the end of its pid file; asking there leaves no failed logins in the log."""
        try:
            lines = read_file(self.data_dir / CLUSTER_NAME / "postmaster.pid", user=user).splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid).encode() and lines[7].strip() == b"ready"

    def _ensure_database(self, endpoint: _Endpoint, *, user: ProcessUser) -> None:
        try:
            with psycopg.connect(endpoint.conninfo("postgres"), autocommit=True) as connection:
                known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.Error as error:
            msg = (
                f"The database server in {self.data_dir} started, but does not answer: {error}\n{self._log_tail(user)}"
            )
            raise ServerFailed(msg) from error

    def _log_tail(self, user: ProcessUser) -> str:
        """What the server said since it was started: before its log began, then in it."""
        log_dir = self.data_dir / "log"
        said = b""
        for path in (log_dir / "start.log", *log_dir.glob("postgresql-*.log")):
            with suppress(OSError):
                said += read_file(path, user=user, start=self._old_log_sizes.get(path, 0))
        return tail(said.decode("utf-8", "replace"))

    def _end_process(self, process: GuardedProcess) -> None:
        """Fast shutdown, then immediate, then none at all."""
        process.send("INT")
        if not process.ends_within(self._stop_timeout_s):
            logger.warning("the database server takes more than %g s to shut down: ending it", self._stop_timeout_s)
            process.send("QUIT")
            if not process.ends_within(KILL_TIMEOUT_S):
                process.send("KILL")
                process.ends_within(KILL_TIMEOUT_S)
        process.dismiss_watcher()
        # The process that writes the log outlives the others by a moment.
        all_gone_within(self.data_dir, KILL_TIMEOUT_S)


def conninfo_of_running(data_dir: Path) -> str | None:
    """How to connect to the server that another process runs on this data directory; None when none is ready.

    Raises DataDirectoryUnusable where this user may not look.
    """
    data_dir = data_dir.expanduser().resolve()
    try:
        user = owner_of(data_dir)
        owner = read_file(data_dir / LOCK_NAME, user=user).strip()
        noted = read_file(data_dir / CLUSTER_NAME / "postmaster.pid", user=user)
        lines = noted.decode("utf-8", "surrogateescape").splitlines()
        # The lock is not tried: held for a moment only, it would still refuse a server that starts just then. That
        # its owner is the parent of a living server proves as much: it lets go of neither before the other.
        if len(lines) < 8 or lines[7].strip() != "ready" or str(psutil.Process(int(lines[0])).ppid()).encode() != owner:
            return None
        socket_dir = Path(lines[4]) if lines[4] else None
        password = None if socket_dir else read_file(data_dir / "password", user=user).decode("utf-8")
        return _Endpoint(socket_dir=socket_dir, port=int(lines[3]), password=password).conninfo(DATABASE)
    except (FileNotFoundError, NotADirectoryError, ValueError, psutil.NoSuchProcess):
        return None
    except (OSError, psutil.AccessDenied) as error:
        msg = f"This user cannot look into the data directory {data_dir}: {error}. Run this as the tracker's own user."
        raise DataDirectoryUnusable(msg) from error


def suits_a_socket(folder: Path) -> bool:
    """Short enough, and nothing that libpq or a list of folders would read as more than a name."""
    path = str(folder / SOCKET_NAME)
    return re.fullmatch(r"[A-Za-z0-9/._+-]+", path) is not None and len(path) <= SOCKET_PATH_MAX_BYTES


def _short_temporary_folder(user: ProcessUser) -> Path:
    """The usual one, unless it is out of reach for another user (root's may be private) or too long itself."""
    usual = Path(tempfile.gettempdir()).resolve()
    if not user.is_other and suits_a_socket(usual / f"{SHORT_SOCKET_DIR_PREFIX}xxxxxxxx"):
        return usual
    return Path("/tmp").resolve()  # noqa: S108  mkdtemp makes a private folder there


def _is_private_folder(folder: Path, *, user: ProcessUser) -> bool:
    status = folder.lstat()
    return (status.st_mode & 0o170777) == 0o040700 and status.st_uid == user.uid
