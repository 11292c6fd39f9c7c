"""`tracker serve`: owns the embedded database, the listening socket and the worker processes, and keeps them running."""

import contextlib
import errno
import ipaddress
import math
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import alembic.util
import psutil
import psycopg
import sqlalchemy.exc
import structlog
import tzlocal
from pydantic import SecretStr
from sqlalchemy import Engine

from app import worker_process
from app.backup import service as backups
from app.backup.errors import BackupError
from app.backup.service import Database
from app.core import clock, migrations
from app.core.config import SecretNotOurs, Settings
from app.core.db import CONNECT_TIMEOUT_S, build_engine, transaction
from app.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, default_data_dir
from app.core.errors import AppError
from app.features.accounts import service as accounts
from app.features.buttons import addresses as old_addresses
from app.features.buttons.addresses import AddressChange
from app.worker_process import Worker

BACKLOG = 2048
# The workers of a server that was killed need a moment to let go of its port.
BIND_PATIENCE_S = 1.0
WATCH_INTERVAL_S = 0.05
STOP_TIMEOUT_S = 12.0
# A client that has taken nothing of what waits for it for as long as this is given up.
TAKEN_WITHIN_S = 60
RESTART_PAUSE_S = 1.0
WAITING_WORD_S = 5.0
BACKEND = Path(__file__).resolve().parent.parent

log = structlog.get_logger(__name__)


class CannotServe(Exception):
    """The server cannot start; the message says why, and what to do."""


class _Stopped(KeyboardInterrupt):
    """Told to stop in the middle of something long. Of this kind, since libraries tidy up after it and pass it on."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens, and what others call it."""

    host: str
    port: int
    public_url: str

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(self.host)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def local_addresses() -> list[str]:
    """IPv4 addresses of this machine that others in the network can reach it by."""
    found = []
    for name, addresses in psutil.net_if_addrs().items():
        for address in addresses:
            if address.family == socket.AF_INET and not name.startswith(("docker", "br-", "veth")):
                ip = ipaddress.ip_address(address.address)
                if not ip.is_loopback and not ip.is_link_local:
                    found.append(str(ip))
    return found


def url_of(host: str, port: int) -> str:
    """`http://host:port`, with the brackets that an IPv6 address needs."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, bound before anything else is started. Raises CannotServe."""
    deadline = time.monotonic() + BIND_PATIENCE_S
    while True:
        try:
            return _bind(host, port)
        except (OSError, OverflowError) as error:
            is_taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            if not is_taken or time.monotonic() > deadline:
                msg = f"Cannot listen on {host}, port {port}: {error}. Choose another with --host and --port."
                raise CannotServe(msg) from None
            time.sleep(WATCH_INTERVAL_S)


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, proto, _, address = found[0]
    sock = socket.socket(family, kind, proto)
    try:
        if os.name != "nt":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Its connections inherit it. One whose client is stuck can be closed in no other way: what it was sent
            # would have to be taken first. Linux only.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKEN_WITHIN_S * 1000)
        sock.bind(address)
        sock.listen(BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def address_of(sock: socket.socket, host: str, settings: Settings) -> Address:
    """What to call the server: PUBLIC_URL, else an address that fits where it listens."""
    port = sock.getsockname()[1]
    if settings.public_url is not None:
        return Address(host, port, settings.public_url)
    if _is_any(host):
        reachable = local_addresses()
        return Address(host, port, url_of(reachable[0] if reachable else "127.0.0.1", port))
    return Address(host, port, url_of(host, port))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a start has to tell: the set-up link while one is due, and that press URLs have a new address."""

    setup_url: str | None = None
    address_change: AddressChange | None = None


def welcome(address: Address, *, prepared: Prepared, data_dir: Path | None, sends_mail: bool) -> list[str]:
    """The lines that a person reads when the server is up."""
    local = url_of("127.0.0.1" if _is_any(address.host) else address.host, address.port)
    lines = [f"Stream Deck Button Tracker is running: {local}"]
    is_for_here_alone = _is_loopback(urlsplit(address.public_url).hostname or "")
    if not address.is_loopback:
        lines.append(f"From the studio PC, and in every press URL: {address.public_url}")
        if is_for_here_alone:
            lines.append(
                "WARNING: press URLs point at this machine itself, so keys on other machines cannot reach it. "
                "Set PUBLIC_URL to the address by which the studio PC reaches this one."
            )
    elif not is_for_here_alone:
        lines.append(
            f"NOTE: press URLs say {address.public_url}, and the server listens on this machine only. That is right "
            "behind a proxy here; otherwise start it with --host 0.0.0.0."
        )
    if sends_mail and is_for_here_alone:
        lines.append(
            f"WARNING: links in mails begin with {address.public_url}, which leads every other machine to itself. "
            "Set PUBLIC_URL to the address by which people reach this one."
        )
    if prepared.address_change is not None and prepared.address_change.key_count:
        lines.append(prepared.address_change.in_words(public_url=address.public_url))
    if prepared.setup_url is not None:
        lines.append(f"First start: make your account here (the link works once): {prepared.setup_url}")
    lines.append(f"Open {local}/docs for the API. Stop with Ctrl-C.")
    if data_dir is not None:
        lines.append(f"The record is kept in {data_dir}")
    return lines


def database_env(conninfo: str) -> dict[str, str]:
    """Environment of a worker whose database is the embedded one, whatever else a setting says of another."""
    return {"DATABASE_URL": conninfo, "DATABASE_DIRECT_URL": conninfo}


class Supervisor:
    """Keeps the database and the workers running until told to stop."""

    def __init__(self, *, sock: socket.socket) -> None:
        self._sock = sock
        self._env: dict[str, str] = {}
        self._is_stopping = False
        self._is_interruptible = False
        self._workers: list[Worker] = []
        self._postgres: EmbeddedPostgres | None = None

    def handle_signals(self) -> None:
        """SIGINT and SIGTERM, and SIGHUP (on Windows SIGBREAK) of a closed terminal, stop everything cleanly."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            # Under nohup a closed terminal is to be outlived.
            if hasattr(signal, name) and (name != "SIGHUP" or signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN):
                signal.signal(getattr(signal, name), self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
        if self._is_interruptible:
            self._is_interruptible = False
            raise _Stopped

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """What runs in it may take minutes, as a recovery does: a signal ends it by an exception."""
        self._is_interruptible = True
        try:
            if self._is_stopping:
                raise _Stopped
            yield
        finally:
            self._is_interruptible = False

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    def start_workers(self, count: int) -> None:
        """Start processes that wait for `go`."""
        for _ in range(count):
            self._workers.append(worker_process.next_worker())

    def own(self, postgres: EmbeddedPostgres) -> None:
        """Restart this database when it dies, and stop it at the end."""
        self._postgres = postgres

    @property
    def owns_database(self) -> bool:
        return self._postgres is not None

    def go(self, env: dict[str, str]) -> None:
        """Let the workers serve, with this added to their environment."""
        self._env = env
        for worker in self._workers:
            worker.order(self._env, self._sock)

    def watch(self) -> None:
        """Replace what dies, until told to stop."""
        while not self._is_stopping:
            self._keep_database()
            self._keep_workers()
            time.sleep(WATCH_INTERVAL_S)

    def _keep_database(self) -> None:
        if self._postgres is None or self._postgres.is_running():
            return
        log.warning("database_restarts")
        try:
            with self.interruptible():
                self._postgres.start()
            self._follow(self._postgres.conninfo)
        except EmbeddedPostgresError as error:
            log.error("database_does_not_start", error=str(error))
            self._pause()

    def _follow(self, conninfo: str) -> None:
        """A database that could not be started at first may come up under another socket: start the workers anew."""
        if self._env.get("DATABASE_URL") != conninfo:
            self._env |= database_env(conninfo)
            for worker in self._workers:
                worker.ask_to_stop()

    def _keep_workers(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.exit_code is None or self._is_stopping:
                continue
            log.warning("worker_restarts", pid=worker.pid, exit_code=worker.exit_code)
            if time.monotonic() - worker.started_at < RESTART_PAUSE_S:
                self._pause()
            try:
                self._workers[place] = Worker()
            except (OSError, subprocess.SubprocessError) as error:
                # No memory for it, perhaps, which is what the last one may have died of.
                log.error("worker_does_not_start", error=str(error))
                self._pause()
            else:
                self._workers[place].order(self._env, self._sock)

    def _pause(self) -> None:
        deadline = time.monotonic() + RESTART_PAUSE_S
        while time.monotonic() < deadline and not self._is_stopping:
            time.sleep(WATCH_INTERVAL_S)

    def stop(self) -> None:
        """Let the workers answer what they hold, then stop the database. Nothing that was answered is lost."""
        self._is_interruptible = False
        self._sock.close()
        try:
            for worker in self._workers:
                worker.ask_to_stop()
            deadline = time.monotonic() + STOP_TIMEOUT_S
            for worker in self._workers:
                if not worker.stop(deadline=deadline):
                    log.warning("worker_killed", pid=worker.pid)
        finally:
            if self._postgres is not None:
                self._postgres.stop()


def data_dir_of(settings: Settings) -> Path:
    # Absolute: what is started from here may look from elsewhere.
    return (settings.tracker_data_dir or default_data_dir()).expanduser().absolute()


def prepare(engine: Engine, settings: Settings, *, public_url: str) -> Prepared:
    """Bring the database to the newest revision, make what a first start needs, and note the address.

    Raises CannotServe.
    """
    try:
        migrations.upgrade_to_head(engine)
        with transaction(engine) as session:
            result = accounts.bootstrap(session, settings, zone=_zone_of_machine(), now=clock.now())
            change = old_addresses.note_public_url(session, public_url=public_url, now=clock.now())
        secret_key = accounts.load_secret_key(settings)
    except alembic.util.CommandError as error:
        msg = f"The database cannot be brought up to date; was it made by a newer version of this program? {error}"
        raise CannotServe(msg) from error
    except AppError as error:
        msg = f"The first account cannot be made from FIRST_SUPERUSER and FIRST_SUPERUSER_PASSWORD: {error.detail}"
        raise CannotServe(msg) from error
    except sqlalchemy.exc.OperationalError as error:
        msg = f"The database stopped answering while the server was starting: {error.orig}"
        raise CannotServe(msg) from error
    except (SecretNotOurs, migrations.NotMigrated) as error:
        raise CannotServe(str(error)) from error
    except OSError as error:
        msg = f"The secret key cannot be read or kept: {error}. Set SECRET_KEY, or another TRACKER_DATA_DIR."
        raise CannotServe(msg) from error
    return Prepared(accounts.setup_url(public_url, secret_key) if result.is_setup_needed else None, change)


def _zone_of_machine() -> str:
    try:
        return str(tzlocal.get_localzone_name())
    except (ValueError, OSError, LookupError):
        return "UTC"


def wait_for_database(settings: Settings) -> None:
    """Return when a database that is not ours answers."""
    last_word = -math.inf
    while True:
        try:
            psycopg.connect(settings.conninfo, connect_timeout=CONNECT_TIMEOUT_S).close()
        except psycopg.OperationalError as error:
            if time.monotonic() - last_word > WAITING_WORD_S:
                log.warning("waiting_for_database", error=str(error).strip())
                last_word = time.monotonic()
            time.sleep(0.2)
        else:
            return


def serve(settings: Settings, *, host: str, port: int, worker_count: int, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Must run on the main thread. Raises CannotServe, EmbeddedPostgresError."""
    sock = bind(host, port)
    address = address_of(sock, host, settings)
    supervisor = Supervisor(sock=sock)
    supervisor.handle_signals()
    try:
        # Before the database: their imports take longer than it does.
        supervisor.start_workers(worker_count)
        with supervisor.interruptible():
            prepared = _start(supervisor, settings, address)
        data_dir = None if settings.has_database else data_dir_of(settings)
        lines = welcome(address, prepared=prepared, data_dir=data_dir, sends_mail=settings.is_mail_configured)
        _say(lines, say)
        supervisor.watch()
    except _Stopped:
        pass
    finally:
        supervisor.stop()


def _start(supervisor: Supervisor, settings: Settings, address: Address) -> Prepared:
    """Start or await the database, prepare it, and let the workers serve."""
    data_dir = data_dir_of(settings)
    env = {"PUBLIC_URL": address.public_url, "TRACKER_DATA_DIR": str(data_dir)}
    settings = settings.model_copy(update={"tracker_data_dir": data_dir})
    if not settings.has_database:
        postgres = EmbeddedPostgres(data_dir=data_dir, bin_dir=settings.pg_bin_dir, run_as=settings.tracker_pg_user)
        supervisor.own(postgres)
        postgres.start()
        env |= database_env(postgres.conninfo)
        update = {"database_url": SecretStr(postgres.conninfo), "database_direct_url": None}
        settings = settings.model_copy(update=update)
    wait_for_database(settings)
    if supervisor.owns_database:
        _back_up(settings)
    engine = build_engine(settings, pool_size=1)
    try:
        prepared = prepare(engine, settings, public_url=address.public_url)
    finally:
        engine.dispose()
    supervisor.go(env)
    return prepared


def _back_up(settings: Settings) -> None:
    """Before a migration, and only then. Raises CannotServe."""
    try:
        made = backups.before_migration(Database(settings=settings, is_embedded=True), now=clock.now())
    except BackupError as error:
        raise CannotServe(str(error)) from error
    if made is not None:
        log.info("backed_up_before_migration", path=str(made.path), presses=made.contents.press_count)


def _say(lines: list[str], say: Callable[[str], None]) -> None:
    # Nobody may be reading any more, as in `tracker serve | head -1`; presses are recorded all the same.
    with contextlib.suppress(OSError):
        for line in lines:
            say(line)
