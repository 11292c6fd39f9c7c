"""As whom the server runs, and what root and an ordinary user may ask for."""

import os
import pwd
import shutil
from pathlib import Path

import psutil
import pytest

from app.core.embedded_postgres import BinariesUnusable, DataDirectoryUnusable, EmbeddedPostgres, default_data_dir
from app.core.postgres_cluster import choose_user
from app.tests.core.embedded_postgres.ordinary_user import run_as_ordinary_user
from app.tests.core.embedded_postgres.supervised import SpareCluster, Supervisor, is_gone, is_root, need_root, query


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


def test_all_of_this_holds_for_an_ordinary_user(area: Path) -> None:
    need_root()
    run_as_ordinary_user(Path(__file__).parent, area=area)
