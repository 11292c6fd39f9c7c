"""What the server's user may have put into its folder, under root: links, pipes and programs."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict

from app.core.embedded_postgres import (
    BinariesUnusable,
    DataDirectoryUnusable,
    EmbeddedPostgres,
    ServerFailed,
    WrongMajorVersion,
    conninfo_of_running,
)
from app.core.postgres_cluster import choose_user, make_data_dir
from app.core.postgres_files import read_file
from app.tests.core.embedded_postgres.supervised import (
    SpareCluster,
    need_root,
    pid_file,
    programs,
    query,
    write_as_owner,
)


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
