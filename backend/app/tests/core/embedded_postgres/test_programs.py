"""Which programs are run, of which version, and what is done when they cannot be."""

import subprocess
from pathlib import Path

import psutil
import pytest

from app.core import postgres_binaries
from app.core.embedded_postgres import BinariesUnusable, DataDirectoryUnusable, EmbeddedPostgres, WrongMajorVersion
from app.core.postgres_binaries import find_binaries
from app.core.postgres_cluster import choose_user
from app.tests.core.embedded_postgres.supervised import (
    Supervisor,
    as_owner,
    need_root,
    open_to_others,
    programs,
    programs_of,
    query,
    store,
)

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


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


# Programs out of the user's reach


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
