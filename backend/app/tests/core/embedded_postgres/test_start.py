"""What a start makes and asks for: the data directory and its owner, the settings, where the server listens, the disk."""

import os
import shutil
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.core.embedded_postgres import (
    BinariesUnusable,
    DataDirectoryInUse,
    DataDirectoryUnusable,
    DurabilityOff,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    ServerFailed,
)
from app.tests.core.embedded_postgres.supervised import (
    SpareCluster,
    Supervisor,
    is_gone,
    is_root,
    need_root,
    open_to_others,
    processes_below,
    programs,
    query,
    server_processes,
    store,
    tcp_addresses,
    write_as_owner,
)

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
