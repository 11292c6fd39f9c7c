"""What the tests of the embedded PostgreSQL need: clusters to copy, processes to kill, programs that pretend."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core.embedded_postgres import EmbeddedPostgres, Guard
from app.core.postgres_binaries import Binaries, find_major
from app.core.postgres_cluster import all_gone_within, choose_user, cluster_processes

BACKEND = Path(__file__).parents[4]
PATIENCE_S = 15.0
GUARDS = [Guard.KERNEL, Guard.WATCHER]


def is_root() -> bool:
    return os.geteuid() == 0


def need_root() -> None:
    if not is_root():
        pytest.skip("not run: only root can do this")


def need_linux(guard: Guard) -> None:
    if guard is Guard.KERNEL and sys.platform != "linux":
        pytest.skip("not run: the kernel signals children of a dead parent on Linux only")


@contextmanager
def short_folder() -> Iterator[Path]:
    """One that every user can pass through; pytest's own are private, and too long for a socket.

    At the end nothing may run in it any more.
    """
    folder = Path(tempfile.mkdtemp(prefix="ep-"))
    folder.chmod(0o755)
    try:
        yield folder
        left = list(processes_below(folder))
        for process in left:
            process.kill()
        assert left == []
    finally:
        shutil.rmtree(folder)


def processes_below(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                yield process
        except psutil.Error:
            continue


class SpareCluster:
    """A data directory that tests borrow one after the other: to make one takes a second, to move one takes nothing.

    What a test may change in it is put right afterwards; after a failure it is thrown away.
    """

    RESTORED = ("PG_VERSION", "postgresql.conf", "postgresql.auto.conf")

    def __init__(self, home: Path) -> None:
        self._home = home
        self._original: dict[str, bytes] = {}
        self._lent_to: Path | None = None

    def lend(self, data_dir: Path, *, owner: str | None = None) -> Path:
        if not self._home.exists():
            self._make()
        self._home.rename(data_dir)
        self._lent_to = data_dir
        if owner is not None:
            _give_all(data_dir, owner)
        return data_dir

    def take_back(self) -> None:
        data_dir, self._lent_to = self._lent_to, None
        if data_dir is None:
            return
        cluster = data_dir / "cluster"
        for name, content in self._original.items():
            (cluster / name).unlink(missing_ok=True)
            (cluster / name).write_bytes(content)
            (cluster / name).chmod(0o600)
        shutil.rmtree(cluster / "conf.d", ignore_errors=True)
        for extra in (cluster / "postmaster.pid", data_dir / "socket-dir"):
            extra.unlink(missing_ok=True)
        if is_root():
            _give_all(data_dir, choose_user(None, data_dir=self._home).name)
        data_dir.rename(self._home)

    def _make(self) -> None:
        """With a careless umask: what is private in it was made private on purpose."""
        before = os.umask(0o000)
        try:
            with EmbeddedPostgres(data_dir=self._home):
                pass
        finally:
            os.umask(before)
        self._original = {name: (self._home / "cluster" / name).read_bytes() for name in self.RESTORED}


def _give_all(folder: Path, owner: str) -> None:
    subprocess.run(["chown", "--recursive", "--no-dereference", f"{owner}:", folder], check=True)


def query(postgres: EmbeddedPostgres, statement: str) -> str:
    """The first value, as text."""
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return "" if row is None else str(row[0])


def store(postgres: EmbeddedPostgres, note: str) -> None:
    with psycopg.connect(postgres.conninfo) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept (note text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [note])


def server_uid(data_dir: Path) -> int:
    return (data_dir / "cluster").stat().st_uid


def as_owner(data_dir: Path) -> dict[str, object]:
    """Options of Popen, to run something as the user that owns the cluster."""
    if not is_root():
        return {}
    entry = pwd.getpwuid(server_uid(data_dir))
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def write_as_owner(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    if is_root():
        status = path.parent.stat()
        os.chown(path, status.st_uid, status.st_gid)


def open_to_others(folder: Path) -> list[Path]:
    paths = [folder, *folder.rglob("*")]
    return [path for path in paths if not path.is_symlink() and path.stat().st_mode & 0o077]


def is_gone(data_dir: Path) -> bool:
    """Within PATIENCE_S no server process of this data directory lives."""
    return all_gone_within(data_dir, PATIENCE_S)


def crash(postgres: EmbeddedPostgres) -> None:
    """SIGKILL to the server, as the kernel does when memory runs out."""
    pid = postgres.pid
    assert pid is not None
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    process.wait(PATIENCE_S)


class Supervisor:
    """Another process that starts the server, so that it can be killed."""

    def __init__(
        self,
        data_dir: Path,
        *,
        options: str = "",
        steps: str = "start(); tell(postgres.pid); sleep(600)",
        launcher: Sequence[str] = (),
    ) -> None:
        program = f"""
            import sys, threading, time
            from functools import partial
            from pathlib import Path
            from time import sleep
            from app.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, Guard
            tell = partial(print, flush=True)
            postgres = EmbeddedPostgres(data_dir=Path(sys.argv[1]), {options})
            start = postgres.start
            {steps}
            """
        self._process = subprocess.Popen(
            [*launcher, sys.executable, "-B", "-c", textwrap.dedent(program), data_dir],
            cwd=BACKEND,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, happened: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert self.exit_code is None
            assert time.monotonic() < deadline

    def first_line(self) -> str:
        """Waits for it: the server's pid once it answers, unless `steps` tell something else."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def everything(self) -> str:
        """What it tells until it ends."""
        return self._process.communicate()[0]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def orphan_server(data_dir: Path) -> Iterator[int]:
    """A server on this data directory that nobody supervises."""
    user = choose_user(None, data_dir=data_dir)
    binaries = programs_of(int((data_dir / "cluster" / "PG_VERSION").read_text()), data_dir)
    server = subprocess.Popen(
        [binaries.program("postgres"), "-D", data_dir / "cluster", "-c", "listen_addresses=", "-k", data_dir],
        cwd=data_dir,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user.switch_uid,
        group=user.switch_gid,
        extra_groups=user.switch_groups,
    )
    try:
        path = data_dir / "cluster" / "postmaster.pid"
        deadline = time.monotonic() + PATIENCE_S
        while not (path.exists() and b"ready" in path.read_bytes()):
            assert server.poll() is None
            assert time.monotonic() < deadline
        yield server.pid
    finally:
        server.kill()
        server.wait()
        assert all_gone_within(data_dir, PATIENCE_S)


@contextmanager
def unrelated_process(data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Of the server's user: PostgreSQL does not take another user's process for a server."""
    user = choose_user(None, data_dir=data_dir)
    process = subprocess.Popen(
        ["sleep", "600"], user=user.switch_uid, group=user.switch_gid, extra_groups=user.switch_groups
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def pid_file(pid: int, data_dir: Path) -> str:
    return f"{pid}\n{data_dir / 'cluster'}\n1700000000\n5432\n{data_dir / 'run'}\n\n  5432001         0\nready   \n"


def programs_of(major: int, area: Path) -> Binaries:
    """Of this version, where the server's user can run them."""
    binaries = find_major(major, user=choose_user(None, data_dir=area), data_dir=area)
    assert binaries is not None
    return binaries


def programs(folder: Path, **scripts: str) -> Path:
    """A folder of programs that are shell scripts."""
    folder.mkdir()
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{textwrap.dedent(script)}\n", encoding="utf-8")
        path.chmod(0o755)
    return folder


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def server_processes(data_dir: Path) -> Sequence[psutil.Process]:
    leaders, helpers = cluster_processes(data_dir)
    return [*leaders, *helpers]


def tcp_addresses(data_dir: Path) -> set[str]:
    """On which any process of the server listens."""
    addresses = set()
    for process in server_processes(data_dir):
        # Helpers come and go.
        with suppress(psutil.NoSuchProcess):
            listening = [each for each in process.net_connections("inet") if each.status == psutil.CONN_LISTEN]
            addresses |= {each.laddr.ip for each in listening}
    return addresses
