"""What a crash leaves behind, and the next start puts right."""

import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core.embedded_postgres import EmbeddedPostgres, Guard
from app.tests.core.embedded_postgres.supervised import (
    GUARDS,
    crash,
    need_linux,
    orphan_server,
    pid_file,
    query,
    server_processes,
    store,
    unrelated_process,
    write_as_owner,
)


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
