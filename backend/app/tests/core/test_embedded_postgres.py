"""The supervisor of the embedded PostgreSQL, against real servers, real kills and real folders.

As root the file runs once more as an ordinary user; what needs root is then reported as skipped, with the reason.
"""

import io
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.core import embedded_postgres, postgres_binaries
from app.core.embedded_postgres import (
    BinariesUnusable,
    DataDirectoryInUse,
    DataDirectoryUnusable,
    DurabilityOff,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    Guard,
    ServerFailed,
    WrongMajorVersion,
    conninfo_of_running,
    default_data_dir,
)
from app.core.postgres_binaries import find_binaries
from app.core.postgres_cluster import choose_user, make_data_dir
from app.core.postgres_files import read_file
from app.core.process_guard import PARENT_IS_GONE_EXIT_CODE, ask_kernel_for_signal, choose_guard, watch
from app.tests.core.ordinary_user import run_as_ordinary_user
from app.tests.core.supervised import (
    SpareCluster,
    Supervisor,
    as_owner,
    crash,
    is_gone,
    is_root,
    link_or_copy,
    orphan_server,
    processes_below,
    programs,
    programs_of,
    query,
    server_processes,
    short_folder,
    store,
    tcp_addresses,
    unrelated_process,
    write_as_owner,
)

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
GUARDS = [Guard.KERNEL, Guard.WATCHER]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Whatever the shell's: other users must be able to pass through the folders that tests make."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def area() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def spare_cluster() -> Iterator[SpareCluster]:
    with short_folder() as folder:
        yield SpareCluster(folder / "data")


@pytest.fixture
def spare(spare_cluster: SpareCluster, area: Path) -> Iterator[SpareCluster]:
    yield spare_cluster
    if not list(processes_below(area)):
        spare_cluster.take_back()


@pytest.fixture
def data_dir(spare: SpareCluster, area: Path) -> Path:
    """One that was started and stopped before."""
    return spare.lend(area / "data")


def need_root() -> None:
    if not is_root():
        pytest.skip("not run: only root can do this")


def need_linux(guard: Guard) -> None:
    if guard is Guard.KERNEL and sys.platform != "linux":
        pytest.skip("not run: the kernel signals children of a dead parent on Linux only")


# A new data directory


def test_cluster_has_checksums_and_a_database_that_sorts_by_bytes(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SHOW data_checksums") == "on"
        assert query(postgres, "SELECT current_database() || ' ' || current_user") == "tracker tracker"
        assert query(postgres, "SHOW server_encoding") == "UTF8"
        assert query(postgres, "SELECT 'a' < 'B'") == "False"
        assert query(postgres, "SELECT upper('ä')") == "Ä"
        locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'tracker'"
        assert query(postgres, locale) == "b C.UTF-8"


def test_server_is_set_up_for_durable_utc_and_short_queries(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        settings = {
            name: query(postgres, f"SHOW {name}")
            for name in (
                *("fsync", "full_page_writes", "synchronous_commit", "TimeZone", "log_timezone", "jit"),
                *("max_connections", "shared_buffers", "listen_addresses", "logging_collector"),
            )
        }
    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "TimeZone": "UTC",
        "log_timezone": "UTC",
        "jit": "off",
        "max_connections": "100",
        "shared_buffers": "128MB",
        "listen_addresses": "",
        "logging_collector": "on",
    }


def test_initdb_that_is_killed_leaves_nothing_that_looks_like_a_cluster(area: Path) -> None:
    slow = programs(
        area / "bin",
        postgres="echo 'postgres (PostgreSQL) 18.4'",
        initdb="""
            test "$1" = --version && exit
            cd "${1#--pgdata=}" && echo 18 > PG_VERSION && echo half-done >&2
            exec sleep 600
            """,
    )
    data_dir = area / "data"
    with Supervisor(data_dir, options=f"bin_dir=Path({str(slow)!r})") as supervisor:
        supervisor.wait_for(lambda: list(data_dir.glob("cluster.new-*/PG_VERSION")))
        supervisor.kill()
    assert not (data_dir / "cluster").exists()
    psutil.wait_procs(list(processes_below(data_dir)), timeout=5)
    assert list(processes_below(data_dir)) == []

    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"
    assert list(data_dir.glob("cluster.new-*")) == []


def test_start_right_after_a_kill_waits_for_the_initdb_that_is_still_clearing_up(area: Path) -> None:
    data_dir = area / "data"
    with Supervisor(data_dir) as supervisor:
        supervisor.wait_for(lambda: list(data_dir.glob("cluster.new-*/base/1/*")))
        supervisor.kill()
        with EmbeddedPostgres(data_dir=data_dir) as postgres:
            assert query(postgres, "SELECT 1") == "1"
    assert list(data_dir.glob("cluster.new-*")) == []


def test_failing_initdb_is_told_with_the_end_of_its_output_and_leaves_nothing(area: Path) -> None:
    failing = programs(
        area / "bin",
        postgres="echo 'postgres (PostgreSQL) 18.4'",
        initdb="test \"$1\" = --version && exit; echo 'initdb: error: the dog ate the catalogue' >&2; exit 1",
    )
    with pytest.raises(ServerFailed, match="the dog ate the catalogue"):
        EmbeddedPostgres(data_dir=area / "data", bin_dir=failing).start()
    assert list((area / "data").glob("cluster*")) == []


def test_nothing_in_the_data_directory_is_open_to_others(data_dir: Path) -> None:
    before = os.umask(0o000)
    try:
        with EmbeddedPostgres(data_dir=data_dir) as postgres:
            store(postgres, "private")
            assert open_to_others(data_dir) == []
    finally:
        os.umask(before)


def open_to_others(folder: Path) -> list[Path]:
    paths = [folder, *folder.rglob("*")]
    return [path for path in paths if not path.is_symlink() and path.stat().st_mode & 0o077]


def test_data_directory_that_is_a_file_is_refused(area: Path) -> None:
    (area / "data").touch()
    with pytest.raises(DataDirectoryUnusable, match="is not a folder"):
        EmbeddedPostgres(data_dir=area / "data").start()


def test_folder_that_holds_something_else_is_refused_and_stays_as_it_is(area: Path) -> None:
    home = area / "home"
    home.mkdir(mode=0o755)
    (home / "thesis.txt").touch()
    before = home.stat()
    with pytest.raises(DataDirectoryUnusable, match="already holds something else"):
        EmbeddedPostgres(data_dir=home).start()
    after = home.stat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)
    assert [path.name for path in home.iterdir()] == ["thesis.txt"]


def test_empty_folder_as_a_volume_brings_it_is_taken(area: Path) -> None:
    volume = area / "volume"
    (volume / "lost+found").mkdir(parents=True)
    with pytest.raises(BinariesUnusable):
        EmbeddedPostgres(data_dir=volume, bin_dir=area).start()
    assert volume.stat().st_mode & 0o777 == 0o700


# One owner at a time


def test_second_instance_is_refused_with_the_folder_and_the_process(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        with pytest.raises(DataDirectoryInUse) as refusal:
            EmbeddedPostgres(data_dir=data_dir).start()
        assert query(postgres, "SELECT 1") == "1"
    assert str(data_dir) in str(refusal.value)
    assert f"process {os.getpid()}" in str(refusal.value)


def test_another_process_is_refused_and_names_this_one(data_dir: Path) -> None:
    steps = "\n            ".join(["try: start()", "except EmbeddedPostgresError as error: tell(error)"])
    with EmbeddedPostgres(data_dir=data_dir), Supervisor(data_dir, steps=steps) as second:
        assert f"process {os.getpid()}" in second.first_line()


def test_lock_dies_with_its_process(data_dir: Path) -> None:
    with Supervisor(data_dir) as first:
        first.first_line()
        first.kill()
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"


def test_failed_start_gives_the_data_directory_back(data_dir: Path, area: Path) -> None:
    with pytest.raises(BinariesUnusable):
        EmbeddedPostgres(data_dir=data_dir, bin_dir=area).start()
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert postgres.is_running()


def test_start_of_a_running_server_and_a_second_stop_do_nothing(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(data_dir=data_dir)
    postgres.stop()
    postgres.start()
    pid = postgres.pid
    postgres.start()
    assert postgres.pid == pid
    postgres.stop()
    postgres.stop()
    assert not postgres.is_running()
    assert server_processes(data_dir) == []


def test_address_before_the_start_is_an_error(area: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="has not been started"):
        _ = EmbeddedPostgres(data_dir=area / "data").conninfo


# Who can connect, and where


def test_server_listens_on_no_tcp_port_even_when_its_settings_ask_for_one(data_dir: Path) -> None:
    with (data_dir / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("listen_addresses = '*'\nport = 54329\n")
    with EmbeddedPostgres(data_dir=data_dir):
        assert tcp_addresses(data_dir) == set()


def test_socket_and_its_folder_are_private(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        folder = Path(str(conninfo_to_dict(postgres.conninfo)["host"]))
        assert folder == data_dir / "run"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


def test_settings_of_the_environment_do_not_reach_the_server(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "LC_ALL": "nonsense", "SECRET_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"
        environment = psutil.Process(postgres.pid).environ()
    assert not {"PGPORT", "PGDATA", "SECRET_KEY"} & environment.keys()


def test_path_too_long_for_a_socket_gets_a_short_private_folder_until_the_stop(area: Path, spare: SpareCluster) -> None:
    parent = area / ("long-" * 30)
    parent.mkdir()
    assert_short_socket_folder(spare.lend(parent / "data"))


def test_path_with_spaces_and_letters_beyond_ascii_works_from_the_first_start_on(area: Path) -> None:
    for _ in range(2):
        assert_short_socket_folder(area / "Ünser Sender, 'Ton & Bild'" / "data")


def assert_short_socket_folder(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"
        folder = Path(str(conninfo_to_dict(postgres.conninfo)["host"]))
        assert not folder.is_relative_to(data_dir)
        status = folder.stat()
        assert (status.st_mode & 0o777, status.st_uid) == (0o700, data_dir.stat().st_uid)
    assert not folder.exists()
    assert not (data_dir / "socket-dir").exists()


def test_short_socket_folder_of_a_killed_supervisor_is_used_again_and_then_removed(
    area: Path, spare: SpareCluster
) -> None:
    (area / "a b").mkdir()
    data_dir = spare.lend(area / "a b" / "data")
    with Supervisor(data_dir) as supervisor:
        supervisor.first_line()
        left = Path((data_dir / "socket-dir").read_text())
        supervisor.kill()
    assert is_gone(data_dir)
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert conninfo_to_dict(postgres.conninfo)["host"] == str(left)
    assert not left.exists()


def test_noted_socket_folder_that_others_can_enter_is_not_used(area: Path, spare: SpareCluster) -> None:
    (area / "a b").mkdir()
    data_dir = spare.lend(area / "a b" / "data")
    with tempfile.TemporaryDirectory(prefix="tracker-pg-", dir=short_temporary_folder()) as planted:
        Path(planted).chmod(0o755)
        write_as_owner(data_dir / "socket-dir", planted)
        with EmbeddedPostgres(data_dir=data_dir) as postgres:
            assert conninfo_to_dict(postgres.conninfo)["host"] != planted
        assert Path(planted).exists()


def short_temporary_folder() -> Path:
    """Where sockets go whose usual path is too long."""
    return Path("/tmp" if is_root() else tempfile.gettempdir()).resolve()  # noqa: S108


def test_tcp_as_on_windows_is_loopback_with_a_password_that_outlives_a_restart(area: Path) -> None:
    with EmbeddedPostgres(data_dir=area / "data", use_tcp=True) as postgres:
        wrong = make_conninfo(postgres.conninfo, password="wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        assert tcp_addresses(area / "data") == {"127.0.0.1"}
        store(postgres, "over tcp")
    with EmbeddedPostgres(data_dir=area / "data", use_tcp=True) as postgres:
        assert query(postgres, "SELECT note FROM kept") == "over tcp"


# Stopping


def test_stop_does_not_wait_for_connected_clients(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(data_dir=data_dir, stop_timeout_s=60)
    postgres.start()
    with psycopg.connect(postgres.conninfo) as connection:
        connection.execute("SELECT 1")
        postgres.stop()
        assert server_processes(data_dir) == []
        connection.close()


def test_server_that_does_not_shut_down_in_time_is_ended(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres, "KILL_TIMEOUT_S", 0.3)
    postgres = EmbeddedPostgres(data_dir=data_dir, stop_timeout_s=0.3)
    postgres.start()
    store(postgres, "kept")
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGSTOP)
    postgres.stop()
    assert is_gone(data_dir)
    with EmbeddedPostgres(data_dir=data_dir) as again:
        assert query(again, "SELECT note FROM kept") == "kept"


@pytest.mark.parametrize("guard", GUARDS)
def test_server_shuts_down_cleanly_when_its_parent_is_killed(data_dir: Path, guard: Guard) -> None:
    need_linux(guard)
    with Supervisor(data_dir, options=f"guard=Guard.{guard.name}") as supervisor:
        pid = int(supervisor.first_line())
        assert psutil.pid_exists(pid)
        supervisor.kill()
    assert is_gone(data_dir)
    log = "".join(path.read_text() for path in (data_dir / "log").glob("postgresql-*.log"))
    assert "received fast shutdown request" in log
    assert not (data_dir / "cluster" / "postmaster.pid").exists()


def test_server_started_off_the_main_thread_outlives_the_thread_but_not_the_process(data_dir: Path) -> None:
    steps = (
        "thread = threading.Thread(target=start); thread.start(); thread.join(); sleep(0.3); "
        "tell(postgres.is_running()); sleep(600)"
    )
    with Supervisor(data_dir, steps=steps) as supervisor:
        assert supervisor.first_line() == "True"
        supervisor.kill()
    assert is_gone(data_dir)


def test_thread_that_asks_for_the_kernel_guard_gets_the_watcher() -> None:
    chosen: list[Guard] = []
    thread = threading.Thread(target=lambda: chosen.append(choose_guard(Guard.KERNEL)))
    thread.start()
    thread.join()
    assert chosen == [Guard.WATCHER]


def test_kernel_guard_notices_a_parent_that_died_before_it_was_asked() -> None:
    need_linux(Guard.KERNEL)
    not_the_parent = os.getpid() + 1
    child = subprocess.Popen(["sleep", "600"], preexec_fn=ask_kernel_for_signal(not_the_parent))
    assert child.wait(10) == PARENT_IS_GONE_EXIT_CODE


def test_watcher_goes_with_the_server_that_it_watches(data_dir: Path) -> None:
    # Other tests' servers are children of this process too, and theirs come and go.
    before = {child.pid for child in psutil.Process().children()}
    with EmbeddedPostgres(data_dir=data_dir, guard=Guard.WATCHER) as postgres:
        new = {child.pid for child in psutil.Process().children()} - before
        assert postgres.pid in new
        assert len(new) == 2
    assert new.isdisjoint(child.pid for child in psutil.Process().children())


@pytest.mark.parametrize(
    ("started_s_ago", "last_word", "is_interrupted"),
    [(0.0, b"", True), (0.0, b"dismissed\n", False), (60.0, b"", False)],
    ids=["parent died", "dismissed", "its pid went to another"],
)
def test_watcher_interrupts_only_the_process_that_it_was_told_to_watch(
    area: Path, started_s_ago: float, last_word: bytes, is_interrupted: bool
) -> None:
    with unrelated_process(area) as process:
        started_at = psutil.Process(process.pid).create_time() - started_s_ago
        order = json.dumps({"pid": process.pid, "started_at": started_at, "signal_command": []}).encode()
        watch(io.BytesIO(order + b"\n" + last_word))
        if is_interrupted:
            assert process.wait(10) == -signal.SIGINT
        else:
            time.sleep(0.1)
            assert process.poll() is None


def test_key_press_that_interrupts_the_parent_in_a_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir, guard=Guard.WATCHER) as postgres:
        groups = {os.getpgid(child.pid) for child in psutil.Process().children()}
        assert os.getpgid(postgres.pid or 0) in groups
    assert os.getpgid(0) not in groups


# After a crash


@pytest.mark.parametrize("guard", GUARDS)
def test_start_after_the_server_was_killed_recovers_at_the_same_address(data_dir: Path, guard: Guard) -> None:
    need_linux(guard)
    with EmbeddedPostgres(data_dir=data_dir, guard=guard) as postgres:
        address = postgres.conninfo
        store(postgres, "committed")
        crash(postgres)
        assert not postgres.is_running()
        postgres.start()
        assert postgres.is_running()
        assert postgres.conninfo == address
        assert query(postgres, "SELECT note FROM kept") == "committed"


def test_busy_helpers_of_a_killed_server_are_ended_before_the_next_one_starts(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir, stop_timeout_s=0.5) as postgres:
        connection = psycopg.connect(postgres.conninfo, autocommit=True)
        backend_pid = connection.info.backend_pid

        def keep_busy() -> None:
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT count(*) FROM generate_series(1, 100000000000)")

        client = threading.Thread(target=keep_busy)
        client.start()
        while psutil.Process(backend_pid).cpu_times().user < 0.05:
            assert client.is_alive()
        crash(postgres)
        assert psutil.pid_exists(backend_pid)
        postgres.start()
        client.join(10)
        connection.close()
        assert backend_pid not in {process.pid for process in server_processes(data_dir)}
        assert query(postgres, "SELECT 1") == "1"


@pytest.mark.parametrize("content", ["", "\n", "4194", "0", "-", "\0\0\0\0", "99999999999999999999\n"])
def test_torn_pid_file_does_not_keep_the_server_from_starting(data_dir: Path, content: str) -> None:
    write_as_owner(data_dir / "cluster" / "postmaster.pid", content)
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"


def test_pid_file_of_a_dead_server_is_replaced(data_dir: Path) -> None:
    with unrelated_process(data_dir) as process:
        pass
    write_as_owner(data_dir / "cluster" / "postmaster.pid", pid_file(process.pid, data_dir))
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"


def test_pid_that_went_to_another_program_is_no_server_and_is_left_alone(data_dir: Path) -> None:
    with unrelated_process(data_dir) as process:
        write_as_owner(data_dir / "cluster" / "postmaster.pid", pid_file(process.pid, data_dir))
        write_as_owner(data_dir / "run" / ".s.PGSQL.5432.lock", pid_file(process.pid, data_dir))
        with EmbeddedPostgres(data_dir=data_dir) as postgres:
            assert query(postgres, "SELECT 1") == "1"
        assert process.poll() is None


def pid_file(pid: int, data_dir: Path) -> str:
    return f"{pid}\n{data_dir / 'cluster'}\n1700000000\n5432\n{data_dir / 'run'}\n\n  5432001         0\nready   \n"


@pytest.mark.parametrize("pid_file_is", ["there", "empty", "missing"])
def test_living_server_that_nobody_supervises_is_stopped_first(data_dir: Path, pid_file_is: str) -> None:
    with orphan_server(data_dir) as orphan_pid:
        path = data_dir / "cluster" / "postmaster.pid"
        if pid_file_is == "empty":
            write_as_owner(path, "")
        elif pid_file_is == "missing":
            path.unlink()
        with EmbeddedPostgres(data_dir=data_dir) as postgres:
            assert query(postgres, "SELECT 1") == "1"
            pids = {process.pid for process in server_processes(data_dir)}
            assert postgres.pid in pids
            assert orphan_pid not in pids


# Settings that would lose presses


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
@pytest.mark.parametrize("file", ["postgresql.conf", "postgresql.auto.conf", "conf.d/extra.conf"])
def test_setting_that_loses_answered_presses_refuses_to_start(data_dir: Path, setting: str, file: str) -> None:
    configure(data_dir, file, f"{setting} = off\n")
    with pytest.raises(DurabilityOff, match=f"{setting} is off"):
        EmbeddedPostgres(data_dir=data_dir).start()
    assert server_processes(data_dir) == []


def test_last_word_of_the_settings_counts(data_dir: Path) -> None:
    configure(data_dir, "postgresql.conf", "Fsync off\n")
    configure(data_dir, "postgresql.auto.conf", "fsync = 'on'\n")
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SHOW fsync") == "on"


def test_broken_settings_are_told_with_the_server_own_words(data_dir: Path) -> None:
    configure(data_dir, "postgresql.conf", "shared_buffers = 'a lot'\n")
    with pytest.raises(ServerFailed, match='invalid value for parameter "shared_buffers"'):
        EmbeddedPostgres(data_dir=data_dir).start()


def configure(data_dir: Path, file: str, line: str) -> None:
    path = data_dir / "cluster" / file
    if path.parent.name == "conf.d":
        path.parent.mkdir()
        shutil.chown(path.parent, (data_dir / "cluster").stat().st_uid)
        configure(data_dir, "postgresql.conf", "include_dir = 'conf.d'\n")
    write_as_owner(path, (path.read_text() if path.exists() else "") + line)


# Programs and versions


def test_newest_programs_of_the_wheel_are_used(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SHOW server_version_num").startswith("18")


def test_folder_of_programs_that_is_given_comes_before_the_wheel(area: Path) -> None:
    older = programs_of(16, area)
    user = choose_user(None, data_dir=area)
    assert find_binaries(older.folder, user=user) == older
    assert find_binaries(None, user=user).major > older.major


def test_debian_programs_of_version_15_work(area: Path) -> None:
    if not DEBIAN_15.is_dir():
        pytest.skip(f"not run: there is no PostgreSQL in {DEBIAN_15}")
    for _ in range(2):
        with EmbeddedPostgres(data_dir=area / "data", bin_dir=DEBIAN_15) as postgres:
            assert query(postgres, "SHOW server_version_num").startswith("15")
            assert query(postgres, "SHOW data_checksums") == "on"
            assert query(postgres, "SELECT 'a' < 'B'") == "False"


def test_locale_that_the_system_lacks_is_replaced_by_bytes_before_version_17(area: Path) -> None:
    older = programs_of(16, area)
    picky = programs(
        area / "bin",
        postgres=f'exec {older.program("postgres")} "$@"',
        initdb=f"""
            for option; do
                test "$option" = --locale=C.UTF-8 && {{ echo 'initdb: error: invalid locale name "C.UTF-8"'; exit 1; }}
            done
            exec {older.program("initdb")} "$@"
            """,
    )
    with EmbeddedPostgres(data_dir=area / "data", bin_dir=picky) as postgres:
        assert query(postgres, "SELECT datcollate FROM pg_database WHERE datname = 'tracker'") == "C"
        assert query(postgres, "SHOW server_encoding") == "UTF8"


def test_folder_without_a_server_program_is_refused(area: Path) -> None:
    with pytest.raises(BinariesUnusable, match=f"PG_BIN_DIR is {area}, but there is no PostgreSQL server"):
        EmbeddedPostgres(data_dir=area / "data", bin_dir=area).start()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'postgres (PostgreSQL) 14.22'", "14.22 .* is too old: 15 or newer"),
        ("echo hello", "does not tell its version"),
    ],
)
def test_programs_of_an_unfit_version_are_refused(area: Path, script: str, reason: str) -> None:
    with pytest.raises(BinariesUnusable, match=reason):
        EmbeddedPostgres(data_dir=area / "data", bin_dir=programs(area / "bin", postgres=script)).start()


def test_platform_without_programs_is_told_what_to_set(area: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "WHEEL_PACKAGE", "no_such_wheel")
    with pytest.raises(BinariesUnusable, match=r"set PG_BIN_DIR .* or set DATABASE_URL"):
        EmbeddedPostgres(data_dir=area / "data").start()


def test_cluster_of_another_major_version_is_refused_and_the_printed_commands_move_it(area: Path) -> None:
    older = programs_of(16, area)
    data_dir = area / "the data"
    with EmbeddedPostgres(data_dir=data_dir, bin_dir=older.folder) as postgres:
        store(postgres, "from 16")
    with pytest.raises(WrongMajorVersion) as refusal:
        EmbeddedPostgres(data_dir=data_dir).start()
    commands = "\n".join(line for line in str(refusal.value).splitlines() if line.startswith("  "))

    moved = subprocess.run(  # type: ignore[call-overload]
        ["bash", "-c", commands], capture_output=True, text=True, check=False, **as_owner(data_dir)
    )
    assert (moved.returncode, moved.stderr) == (0, "")
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SHOW server_version_num").startswith("18")
        assert query(postgres, "SHOW data_checksums") == "on"
        assert query(postgres, "SELECT note FROM kept") == "from 16"
    assert (data_dir / "cluster-16" / "PG_VERSION").read_text() == "16\n"


def test_cluster_without_its_version_is_called_damaged(data_dir: Path) -> None:
    (data_dir / "cluster" / "PG_VERSION").unlink()
    with pytest.raises(DataDirectoryUnusable, match="not a PostgreSQL cluster, or a damaged one"):
        EmbeddedPostgres(data_dir=data_dir).start()


# Users


def test_ordinary_user_cannot_ask_for_another_one(area: Path) -> None:
    if is_root():
        pytest.skip("not run: this needs an ordinary user")
    with pytest.raises(DataDirectoryUnusable, match="cannot run programs as another user"):
        EmbeddedPostgres(data_dir=area / "data", run_as="root").start()


def test_ordinary_user_is_told_about_a_folder_that_cannot_be_written(area: Path) -> None:
    if is_root():
        pytest.skip("not run: this needs an ordinary user")
    (area / "closed").mkdir(mode=0o500)
    with pytest.raises(DataDirectoryUnusable, match="Permission denied"):
        EmbeddedPostgres(data_dir=area / "closed" / "data").start()
    with pytest.raises(DataDirectoryUnusable, match=r"Permission denied|belongs to the user id 0"):
        EmbeddedPostgres(data_dir=Path("/var/lib")).start()


def test_default_data_directory_suits_the_user() -> None:
    folder = default_data_dir()
    assert folder.name == "streamdeck-button-tracker"
    assert (folder.parent == Path("/var/lib")) is is_root()


def test_user_id_without_a_name_is_refused(area: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 2_000_000_123)
    with pytest.raises(DataDirectoryUnusable, match="has no name on this system"):
        EmbeddedPostgres(data_dir=area / "data").start()


def test_root_is_told_about_the_database_of_a_service_that_is_stopped(area: Path) -> None:
    need_root()
    cluster = area / "data" / "cluster"
    cluster.mkdir(parents=True)
    os.chown(cluster, 61_234, 61_234)
    with pytest.raises(DataDirectoryUnusable, match=r"user id 61234, which has no name.*docs/staying-up\.md"):
        EmbeddedPostgres(data_dir=area / "data").start()


def test_root_runs_the_server_as_an_unprivileged_user_without_touching_the_folders_above(
    area: Path, spare: SpareCluster
) -> None:
    need_root()
    parent = area / "shared"
    parent.mkdir(mode=0o751)
    os.chown(parent, 12345, 23456)
    data_dir = spare.lend(parent / "data", owner="nobody")
    os.chown(data_dir, 0, 0)
    before = {folder: folder.stat() for folder in (parent, *parent.parents)}
    with EmbeddedPostgres(data_dir=data_dir, run_as="nobody") as postgres:
        server = psutil.Process(postgres.pid)
        nobody = pwd.getpwnam("nobody")
        assert set(server.uids()) == {nobody.pw_uid}
        assert set(server.gids()) == {nobody.pw_gid}
        assert data_dir.owner() == "nobody"
    after = {folder: folder.stat() for folder in before}
    for folder, status in before.items():
        assert after[folder].st_mode == status.st_mode
        assert (after[folder].st_uid, after[folder].st_gid) == (status.st_uid, status.st_gid)


def test_server_of_another_user_has_none_of_the_groups_of_root(data_dir: Path) -> None:
    need_root()
    if shutil.which("setpriv") is None:
        pytest.skip("not run: there is no program setpriv")
    with Supervisor(data_dir, launcher=["setpriv", "--groups=0,4,27", "--"]) as supervisor:
        status = Path(f"/proc/{supervisor.first_line()}/status").read_text()
        supervisor.kill()
    assert is_gone(data_dir)
    assert status.partition("Groups:")[2].splitlines()[0].strip() == ""


def test_root_without_a_wish_uses_postgres_where_it_exists_else_nobody(
    area: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_root()
    known = {entry.pw_name for entry in pwd.getpwall()}
    assert choose_user(None, data_dir=area).name == ("postgres" if "postgres" in known else "nobody")
    monkeypatch.setattr(pwd, "getpwall", list)
    assert choose_user(None, data_dir=area).name == "nobody"


def test_root_stays_with_the_owner_of_a_cluster_that_exists(area: Path, spare: SpareCluster) -> None:
    need_root()
    with EmbeddedPostgres(data_dir=spare.lend(area / "data", owner="nobody")) as postgres:
        assert psutil.Process(postgres.pid).username() == "nobody"


def test_everything_that_root_starts_belongs_to_the_user_who_may_start_it_later(area: Path) -> None:
    need_root()
    with EmbeddedPostgres(data_dir=area / "data", run_as="nobody") as postgres:
        assert query(postgres, "SELECT 1") == "1"
        owners = {path.owner() for path in [area / "data", *(area / "data").rglob("*")]}
    assert owners == {"nobody"}


@pytest.mark.parametrize(("name", "reason"), [("root", "does not run as root"), ("no-such-user", "There is no user")])
def test_root_cannot_choose_an_unfit_user(area: Path, name: str, reason: str) -> None:
    need_root()
    with pytest.raises(DataDirectoryUnusable, match=reason):
        EmbeddedPostgres(data_dir=area / "data", run_as=name).start()
    assert not (area / "data").exists()


def test_cluster_of_another_user_is_refused_with_the_command_that_hands_it_over(data_dir: Path) -> None:
    need_root()
    before = data_dir.stat().st_uid
    with pytest.raises(DataDirectoryUnusable, match="chown -R daemon"):
        EmbeddedPostgres(data_dir=data_dir, run_as="daemon").start()
    assert data_dir.stat().st_uid == before


def test_folder_on_the_way_that_the_user_cannot_pass_is_named(area: Path) -> None:
    need_root()
    (area / "closed" / "inner").mkdir(parents=True)
    (area / "closed").chmod(0o700)
    with pytest.raises(DataDirectoryUnusable, match=f"cannot pass through the folder {area}/closed on the way"):
        EmbeddedPostgres(data_dir=area / "closed" / "inner" / "data").start()
    assert (area / "closed").stat().st_mode & 0o777 == 0o700


def test_new_folders_above_the_data_directory_can_be_passed_whatever_the_umask(area: Path) -> None:
    need_root()
    before = os.umask(0o077)
    try:
        with pytest.raises(BinariesUnusable):
            EmbeddedPostgres(data_dir=area / "new" / "newer" / "data", bin_dir=area).start()
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in (area / "new", area / "new" / "newer")] == [0o755, 0o755]


# Programs out of the user's reach


@pytest.fixture
def private_programs(area: Path, data_dir: Path) -> Path:
    """The wheel's programs as in a checkout below a private home."""
    need_root()
    for copy in data_dir.glob("postgresql-*"):
        shutil.rmtree(copy)
    installed = find_binaries(None, user=choose_user(None, data_dir=data_dir)).folder.parent
    home = area / "home"
    home.mkdir(mode=0o700)
    package = home / "site" / installed.parent.name
    shutil.copytree(installed, package / installed.name, symlinks=True, copy_function=link_or_copy)
    libraries = f"{package.name}.libs"
    shutil.copytree(installed.parent.with_name(libraries), package.with_name(libraries), copy_function=link_or_copy)
    return package / installed.name / "bin"


def test_programs_out_of_reach_are_copied_once(data_dir: Path, private_programs: Path) -> None:
    half = data_dir / "postgresql-new-torn"
    half.mkdir()
    (half / "postgres").touch()
    copies = []
    for _ in range(2):
        with EmbeddedPostgres(data_dir=data_dir, bin_dir=private_programs) as postgres:
            program = Path(psutil.Process(postgres.pid).exe())
            assert program.is_relative_to(data_dir)
            copies.append((program, program.stat().st_ino, program.stat().st_ctime_ns))
    assert copies[0] == copies[1]
    assert not half.exists()
    assert len(list(data_dir.glob("postgresql-*"))) == 1
    assert open_to_others(data_dir) == []


def test_copy_that_was_interrupted_is_never_used(data_dir: Path, private_programs: Path) -> None:
    steps = (
        "import shutil; whole = shutil.copyfileobj; "
        "shutil.copyfileobj = lambda *a: (whole(*a), tell('copied'), sleep(600)); start()"
    )
    options = f"bin_dir=Path({str(private_programs)!r})"
    with Supervisor(data_dir, options=options, steps=steps) as supervisor:
        assert supervisor.first_line() == "copied"
        supervisor.kill()
    (half,) = data_dir.glob("postgresql-*")
    with EmbeddedPostgres(data_dir=data_dir, bin_dir=private_programs) as postgres:
        assert query(postgres, "SELECT 1") == "1"
    assert not half.exists()


def test_programs_out_of_reach_that_cannot_be_moved_are_refused(area: Path) -> None:
    need_root()
    (area / "home").mkdir(mode=0o700)
    scattered = programs(area / "home" / "bin", postgres="echo 'postgres (PostgreSQL) 18.4'", initdb="true")
    with pytest.raises(BinariesUnusable, match="cannot be copied"):
        EmbeddedPostgres(data_dir=area / "data", bin_dir=scattered).start()


# What the server's user may have put into its folder, under root


class Secret:
    """A folder of root's with a file that nobody else may read, and that no start may touch."""

    def __init__(self, folder: Path) -> None:
        need_root()
        folder.mkdir(mode=0o700)
        self.folder = folder
        self.file = self.put("secret")

    def put(self, name: str) -> Path:
        path = self.folder / name
        path.write_text("0\nthe secret of root\n")
        path.chmod(0o600)
        self._before = self._state()
        return path

    def is_untouched(self) -> bool:
        return self._state() == self._before

    def _state(self) -> dict[Path, tuple[object, ...]]:
        paths = [self.folder, *self.folder.rglob("*")]
        status = {path: path.lstat() for path in paths}
        return {
            path: (status[path].st_mode, status[path].st_uid, path.is_file() and path.read_bytes()) for path in paths
        }


@pytest.fixture
def secret(area: Path) -> Secret:
    return Secret(area / "root")


@contextmanager
def planted(path: Path, make: Callable[[Path], object]) -> Iterator[None]:
    """`make` puts something in the place of a file, or of a folder; what was there before comes back afterwards."""
    aside = path.with_name(f"aside-{path.name}")
    if path.exists():
        path.rename(aside)
    make(path)
    try:
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if aside.exists():
            aside.rename(path)


def link_to(target: Path) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def second_name_of(target: Path) -> Callable[[Path], object]:
    return lambda path: path.hardlink_to(target)


def spying_programs(folder: Path, *, told: Path, mode: int = 0o755, owner: str) -> Path:
    """They tell who runs them."""
    folder.parent.mkdir(parents=True)
    told.mkdir()
    told.chmod(0o777)
    script = f"id -un > {told}/$$; echo 'postgres (PostgreSQL) 17.1'"
    programs(folder, postgres=script, initdb="exit 1")
    for path in folder.iterdir():
        path.chmod(mode)
        shutil.chown(path, owner)
    return folder


def told_by(folder: Path) -> set[str]:
    return {path.read_text().strip() for path in folder.iterdir()}


def test_programs_below_the_data_directory_are_never_run_by_root(area: Path, data_dir: Path) -> None:
    need_root()
    owner = choose_user(None, data_dir=data_dir).name
    top = data_dir / "postgresql-17.1-x"
    with planted(top, lambda top: spying_programs(top / "a" / "b" / "bin", told=area / "told", owner=owner)):
        write_as_owner(data_dir / "cluster" / "PG_VERSION", "17\n")
        with pytest.raises(WrongMajorVersion, match="made by PostgreSQL 17"):
            EmbeddedPostgres(data_dir=data_dir).start()
        with pytest.raises(BinariesUnusable, match="which it could change"):
            EmbeddedPostgres(data_dir=data_dir, bin_dir=top / "a" / "b" / "bin").start()
        assert [path.name for path in data_dir.glob("postgresql-17*")] == [top.name]
    assert told_by(area / "told") == {owner}


@pytest.mark.parametrize("way", ["its own", "open to all", "through a link"])
def test_programs_that_only_root_may_run_but_the_user_could_change_are_run_by_nobody(
    area: Path, data_dir: Path, way: str
) -> None:
    need_root()
    owner = choose_user(None, data_dir=data_dir).name
    bin_dir = spying_programs(area / "theirs" / "bin", told=area / "told", mode=0o010, owner="root")
    if way == "open to all":
        bin_dir.parent.chmod(0o777)
    else:
        shutil.chown(bin_dir / "postgres", owner)
    if way == "through a link":
        (area / "link").symlink_to(bin_dir)
        bin_dir = area / "link"
    with pytest.raises(BinariesUnusable, match=f"{owner} cannot run it"):
        EmbeddedPostgres(data_dir=data_dir, bin_dir=bin_dir).start()
    assert told_by(area / "told") == set()


def test_damaged_programs_left_from_earlier_do_not_hide_how_the_data_can_be_moved(data_dir: Path) -> None:
    need_root()

    def leave_damaged_ones(top: Path) -> None:
        (top / "a" / "b").mkdir(parents=True)
        programs(top / "a" / "b" / "bin", postgres="exit 1")

    with planted(data_dir / "postgresql-17.1-x", leave_damaged_ones):
        write_as_owner(data_dir / "cluster" / "PG_VERSION", "17\n")
        with pytest.raises(WrongMajorVersion, match="OLD=/path/to/postgresql-17/bin;"):
            EmbeddedPostgres(data_dir=data_dir).start()


def test_link_in_the_place_of_a_copy_in_the_making_leads_root_nowhere(
    data_dir: Path, private_programs: Path, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, seen = shutil.copyfileobj, list[tuple[int, int]]()

    def copy_and_swap(source: IO[bytes], target: IO[bytes]) -> None:
        whole(source, target)
        if not seen:
            (half,) = data_dir.glob("postgresql-new-*")
            seen.append((half.stat().st_uid, half.stat().st_mode & 0o777))
            half.rename(data_dir / "postgresql-moved")
            half.symlink_to(secret.folder)

    monkeypatch.setattr(shutil, "copyfileobj", copy_and_swap)
    with pytest.raises(BinariesUnusable, match="nor a copy of them"):
        EmbeddedPostgres(data_dir=data_dir, bin_dir=private_programs).start()
    # The user can neither enter what is in the making, nor did anything reach the place that the link points at.
    assert seen == [(0, 0o700)]
    assert secret.is_untouched()
    (data_dir / "postgresql-moved").rename(data_dir / "postgresql-new-moved")
    monkeypatch.undo()
    with EmbeddedPostgres(data_dir=data_dir, bin_dir=private_programs) as postgres:
        assert query(postgres, "SELECT 1") == "1"
    assert secret.is_untouched()


@pytest.mark.parametrize("make", [link_to, second_name_of])
@pytest.mark.parametrize(
    "name",
    [
        *("pg_hba.conf", "pg_hba.conf.new", "pg_ident.conf", "socket-dir", "log/start.log"),
        # A log that is of no weekday: the server itself writes in today's, as its own user.
        *("run/.s.PGSQL.5432", "run/.s.PGSQL.5432.lock", "log/postgresql-Xyz.log"),
    ],
)
def test_link_to_a_file_of_root_is_replaced_or_left_alone(
    data_dir: Path, secret: Secret, name: str, make: Callable[[Path], Callable[[Path], object]]
) -> None:
    with planted(data_dir / name, make(secret.file)):
        with EmbeddedPostgres(data_dir=data_dir) as postgres:
            assert query(postgres, "SELECT 1") == "1"
        assert secret.is_untouched()


def test_link_in_the_place_of_a_half_made_cluster_goes_and_what_it_points_at_stays(
    data_dir: Path, secret: Secret
) -> None:
    (data_dir / "cluster.new-x").symlink_to(secret.folder)
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert query(postgres, "SELECT 1") == "1"
    assert not (data_dir / "cluster.new-x").is_symlink()
    assert secret.is_untouched()


@pytest.mark.parametrize("make", [link_to, second_name_of])
@pytest.mark.parametrize("name", ["tracker.lock", "cluster/postmaster.pid", "cluster/PG_VERSION"])
def test_link_to_a_file_of_root_where_the_start_needs_its_own_is_refused(
    data_dir: Path, secret: Secret, name: str, make: Callable[[Path], Callable[[Path], object]]
) -> None:
    with planted(data_dir / name, make(secret.file)):
        with pytest.raises(DataDirectoryUnusable, match=name) as refusal:
            EmbeddedPostgres(data_dir=data_dir).start()
        assert secret.is_untouched()
    assert "the secret" not in str(refusal.value)


@pytest.mark.parametrize("name", ["tracker.lock", "cluster/postmaster.pid"])
def test_pipe_in_the_place_of_a_file_does_not_keep_root_waiting(data_dir: Path, name: str) -> None:
    need_root()

    def make_pipe(path: Path) -> None:
        os.mkfifo(path)
        shutil.chown(path, path.parent.owner())

    with (
        planted(data_dir / name, make_pipe),
        pytest.raises(DataDirectoryUnusable, match="Not a regular file"),
    ):
        EmbeddedPostgres(data_dir=data_dir).start()


@pytest.mark.parametrize(
    ("name", "bait"), [("log", "start.log"), ("run", ".s.PGSQL.5432"), ("cluster", "postmaster.pid")]
)
def test_link_to_a_folder_of_root_is_refused(data_dir: Path, secret: Secret, name: str, bait: str) -> None:
    secret.put(bait)
    with planted(data_dir / name, link_to(secret.folder)):
        with pytest.raises(DataDirectoryUnusable, match=f"{data_dir}/{name}"):
            EmbeddedPostgres(data_dir=data_dir).start()
        assert secret.is_untouched()


@pytest.mark.parametrize("log", ["start.log", "postgresql-Xyz.log"])
def test_what_a_failed_server_said_is_not_read_from_a_file_of_root(
    area: Path, data_dir: Path, secret: Secret, log: str
) -> None:
    failing = programs(
        area / "bin",
        postgres=f"""
            test "$1" = --version && echo 'postgres (PostgreSQL) 18.4' && exit
            rm -f log/{log}
            ln -s {secret.file} log/{log}
            exit 1
            """,
        initdb="exit 0",
    )
    with planted(data_dir / "log" / log, Path.touch):
        with pytest.raises(ServerFailed, match="ended while starting") as failure:
            EmbeddedPostgres(data_dir=data_dir, bin_dir=failing).start()
        assert (data_dir / "log" / log).is_symlink()
    assert "the secret" not in str(failure.value)


def test_log_that_became_a_link_after_the_start_is_not_read(data_dir: Path, secret: Secret) -> None:
    need_root()
    user = choose_user(None, data_dir=data_dir)
    with planted(data_dir / "log", link_to(secret.folder)), pytest.raises(NotADirectoryError):
        read_file(data_dir / "log" / "secret", user=user)


def test_noted_socket_folder_outside_the_usual_place_is_neither_used_nor_removed(
    area: Path, spare: SpareCluster, secret: Secret
) -> None:
    (area / "a b").mkdir()
    data_dir = spare.lend(area / "a b" / "data")
    theirs = area / "tracker-pg-theirs"
    theirs.mkdir(mode=0o700)
    shutil.chown(theirs, data_dir.owner())
    write_as_owner(data_dir / "socket-dir", str(theirs))
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert conninfo_to_dict(postgres.conninfo)["host"] != str(theirs)
        (data_dir / "socket-dir").unlink()
        (data_dir / "socket-dir").symlink_to(secret.file)
    assert theirs.exists()
    assert secret.is_untouched()


@pytest.mark.parametrize("make", [link_to, second_name_of])
def test_address_of_a_running_server_is_told_without_reading_a_file_of_root(
    data_dir: Path, secret: Secret, make: Callable[[Path], Callable[[Path], object]]
) -> None:
    parent = psutil.Process().ppid()
    with (
        planted(data_dir / "tracker.lock", lambda path: write_as_owner(path, f"{parent}\n")),
        planted(data_dir / "password", make(secret.file)),
    ):
        noted = pid_file(os.getpid(), data_dir).replace(str(data_dir / "run"), "")
        write_as_owner(data_dir / "cluster" / "postmaster.pid", noted)
        with pytest.raises(DataDirectoryUnusable, match="password"):
            conninfo_of_running(data_dir)


def test_new_folders_above_the_data_directory_are_opened_to_others_only_where_they_were_made(
    area: Path, secret: Secret
) -> None:
    (area / "link").symlink_to(secret.folder)
    with pytest.raises(OSError, match=str(area / "link")):
        make_data_dir(area / "link" / "new" / "data", user=choose_user(None, data_dir=area))
    assert secret.is_untouched()


# Disks


@pytest.mark.parametrize(
    ("mount_options", "reason"), [("ro", "Read-only file system"), ("size=8m", "No space left on device")]
)
def test_disk_that_refuses_is_told(area: Path, mount_options: str, reason: str) -> None:
    need_root()
    (area / "disk").mkdir()
    script = 'mount -t tmpfs -o "$1,mode=755" none "$2" || exit 77; shift 2; exec "$@"'
    steps = "\n            ".join(["try: start()", "except EmbeddedPostgresError as error: tell(error)"])
    with Supervisor(
        area / "disk" / "data",
        steps=steps,
        launcher=["unshare", "--mount", "sh", "-c", script, "sh", mount_options, str(area / "disk")],
    ) as supervisor:
        message = supervisor.everything()
    if supervisor.exit_code in (1, 77) and not message:
        pytest.skip("not run: this system does not allow a mount of one's own")
    assert reason in message
    assert str(area / "disk" / "data") in message


# As somebody else


def test_all_of_this_holds_for_an_ordinary_user(area: Path) -> None:
    need_root()
    run_as_ordinary_user(Path(__file__), area=area)
