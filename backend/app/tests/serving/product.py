"""The running product: `tracker serve` in processes of its own, on a data directory of its own."""

import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import httpx2
import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from app.core.config import ENV_FILE_VARIABLE
from app.core.postgres_cluster import cluster_processes

PROGRAMS = Path(sys.executable).parent
EMAIL = "owner@example.com"
PASSWORD = "a-long-password-for-tests"
ACCOUNT = {"FIRST_SUPERUSER": EMAIL, "FIRST_SUPERUSER_PASSWORD": PASSWORD}
HEALTH = "/api/v1/utils/health-check/"
PATIENCE_S = 30.0
KEPT_VARIABLES = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
# Out of the range that outgoing connections take their ports from, so that a port stays free between two starts.
PORTS = range(20_000, 30_000)


def wait_until(is_so: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    """Return once it is so; fail when it is not in time."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.05)


def free_port() -> int:
    """A port to which a server that is started again can come back."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    msg = "no free port"
    raise AssertionError(msg)


def environment(**settings: str) -> dict[str, str]:
    """Of a product that has these settings and no others, whatever the machine's are, or those of the checkout's `.env`."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {ENV_FILE_VARIABLE: os.devnull} | settings


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command of the product that is expected to end by itself."""
    return subprocess.run(
        [PROGRAMS / arguments[0], *arguments[1:]],
        cwd=cwd,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@dataclass(frozen=True)
class PressTarget:
    """A button, and the key that presses it."""

    button_id: str
    station_id: str
    press_url: str

    @property
    def path(self) -> str:
        return "/p/" + self.press_url.rpartition("/")[2]


class Product:
    """One product, which can be started, killed and started again. What it says is in the files `out` and `err`."""

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 1,
        port: int = 0,
        host: str | None = None,
        command: list[str] | None = None,
        before_start: Callable[[], None] | None = None,
        is_err_read: bool = True,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self.data_dir = folder / "data"
        options = ["--port", str(port), "--workers", str(workers), *(["--host", host] if host else [])]
        self._command = command or ["tracker", "serve", *options]
        self._settings = {"TRACKER_DATA_DIR": str(self.data_dir), **settings}
        self._workers = workers
        self._before_start = before_start
        self._is_err_read = is_err_read
        self._process: subprocess.Popen[bytes] | None = None
        self._seen: set[psutil.Process] = set()
        self._said_before = (0, 0)

    # Starting and ending

    def launch(self) -> None:
        """Start it, and do not wait for anything."""
        self._said_before = (len(self._read("out")), len(self._read("err")))
        with (self.folder / "out").open("ab") as out, self._open_err() as err:
            self._process = subprocess.Popen(
                [PROGRAMS / self._command[0], *self._command[1:]],
                cwd=self.folder,
                env=environment(**self._settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                # As under a service manager, and out of reach of a Ctrl-C to the tests.
                start_new_session=True,
                preexec_fn=self._before_start,
            )

    def _open_err(self) -> IO[bytes]:
        if self._is_err_read:
            return (self.folder / "err").open("ab")
        read_end, write_end = os.pipe()
        os.close(read_end)
        return os.fdopen(write_end, "wb")

    def start(self) -> "Product":
        """Start it, and wait until presses can be recorded."""
        self.launch()
        wait_until(lambda: "Stop with Ctrl-C" in self.out or self.exit_code is not None)
        assert self.exit_code is None, self.err
        self.wait_until_ready()
        self.note_processes()
        return self

    def wait_until_ready(self, *, within_s: float = PATIENCE_S) -> None:
        wait_until(self.is_ready, within_s=within_s)

    def is_ready(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with closing(line), suppress(OSError, http.client.HTTPException):
            line.request("GET", HEALTH)
            return line.getresponse().status == 200
        return False

    def send(self, number: signal.Signals) -> None:
        self.note_processes()
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, *, within_s: float = PATIENCE_S) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(within_s)

    def stop(self) -> None:
        """As an operator does. It must leave nothing behind."""
        self.send(signal.SIGTERM)
        assert self.wait() == 0, self.err
        assert self.left() == []

    def end(self) -> None:
        """By force, if it still runs; for the end of a test, also of one that failed."""
        if "api" in self.__dict__:
            self.api.close()
        self.note_processes()
        for process in self._seen:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
        wait_until(lambda: self.left() == [])

    # Processes

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    @property
    def workers(self) -> list[psutil.Process]:
        """Those that live, oldest first."""
        children = [each for each in psutil.Process(self.pid).children() if _is_worker(each)]
        self._seen.update(children)
        return sorted(children, key=lambda each: each.create_time())

    @property
    def postgres(self) -> psutil.Process:
        """The database server's first process."""
        pid_file = self.data_dir / "cluster" / "postmaster.pid"
        postgres = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        self._seen.add(postgres)
        return postgres

    def note_processes(self) -> None:
        """Remember what runs now, so that it can be looked for later."""
        if self._process is not None:
            with suppress(psutil.NoSuchProcess):
                parent = psutil.Process(self.pid)
                self._seen.update((parent, *parent.children(recursive=True)))

    def left(self) -> list[psutil.Process]:
        """Processes of this product that live, and processes of its database whoever started them."""
        leaders, helpers = cluster_processes(self.data_dir)
        return [each for each in {*self._seen, *leaders, *helpers} if _lives(each)]

    # What it says

    def _read(self, name: str) -> str:
        with suppress(FileNotFoundError):
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        return ""

    @property
    def out(self) -> str:
        """Standard output since the last start."""
        return self._read("out")[self._said_before[0] :]

    @property
    def err(self) -> str:
        """Standard error since the last start."""
        return self._read("err")[self._said_before[1] :]

    @property
    def database_log(self) -> str:
        """Of all starts."""
        return "".join(each.read_text("utf-8", "replace") for each in (self.data_dir / "log").glob("*.log"))

    @property
    def url(self) -> str:
        found = re.search(r"is running: (http://\S+)", self.out)
        assert found is not None, self.out + self.err
        return found[1]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    # Its database

    @property
    def conninfo(self) -> str:
        return make_conninfo(host=str(self.data_dir / "run"), port=5432, user="tracker", dbname="tracker")

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def locked_station(self, station_id: str) -> Iterator[None]:
        """Nothing can be added to the station's record meanwhile."""
        with psycopg.connect(self.conninfo) as connection:
            connection.execute("SELECT FROM station_head WHERE station_id = %s FOR UPDATE", [station_id])
            yield

    @contextmanager
    def frozen_database(self) -> Iterator[None]:
        """The database hangs meanwhile: its connections stay open, and nothing comes back on them."""
        postgres = self.postgres
        processes = [postgres, *postgres.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    # Its API, as its first account

    @cached_property
    def api(self) -> httpx2.Client:
        """Logged in. Stays good when the product is started again, on the same port."""
        client = httpx2.Client(base_url=f"{self.url}/api/v1", timeout=15)
        answer = client.post("/login/access-token", data={"username": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def new_station(self, *, name: str = "WXYZ") -> str:
        answer = self.api.post("/stations/", json={"name": name, "purpose": "radio", "zone": "America/New_York"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def new_target(self, *, station_id: str | None = None, dedup_window_ms: int = 0) -> PressTarget:
        """A new button of this station, or of a new one."""
        station_id = station_id or self.new_station()
        answer = self.api.post(
            "/buttons/",
            params={"station_id": station_id},
            json={"title": "Buckle up", "type": "psa", "dedup_window_ms": dedup_window_ms},
        )
        assert answer.status_code == 201, answer.text
        button = answer.json()
        return PressTarget(button_id=button["id"], station_id=station_id, press_url=button["press_url"])


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "app.worker" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def copy_data_dir(source: Path, target: Path) -> None:
    """Of a product that is stopped, with its owners and modes."""
    subprocess.run(["cp", "--archive", source, target], check=True)
    shutil.rmtree(target / "run", ignore_errors=True)
