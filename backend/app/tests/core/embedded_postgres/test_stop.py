"""How the server ends: it is stopped, or its parent is killed."""

import io
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core import embedded_postgres
from app.core.embedded_postgres import EmbeddedPostgres, Guard
from app.core.process_guard import PARENT_IS_GONE_EXIT_CODE, ask_kernel_for_signal, choose_guard, watch
from app.tests.core.embedded_postgres.supervised import (
    GUARDS,
    Supervisor,
    is_gone,
    need_linux,
    query,
    server_processes,
    store,
    unrelated_process,
)


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
