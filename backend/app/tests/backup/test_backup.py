"""Backups: what goes into the file, what writes it, and when one is made unasked."""

import errno
import io
import json
import os
import shutil
import sys
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from app import database_access
from app.backup import archive, service, snapshot
from app.backup.archive import Contents, Manifest
from app.backup.errors import BackupFailed, BackupUnusable
from app.backup.service import KEPT_BEFORE_MIGRATION, Database
from app.core import migrations
from app.core.embedded_postgres import SOCKET_NAME, EmbeddedPostgres
from app.core.postgres_files import make_folder
from app.tests.backup.backups import (
    back_up,
    contents_of,
    database_at,
    downgrade,
    fill,
    programs,
    restore,
    scratch_databases,
)
from app.tests.factories import LONG_AGO
from app.tests.recording import NOW


class TestFile:
    def test_it_is_a_tar_that_says_what_it_holds_for_its_owner_alone(self, database: Database, tmp_path: Path) -> None:
        fill(database.conninfo)

        made = back_up(database, tmp_path)

        assert made.path == tmp_path / "tracker-20260501-000000.tar"
        assert made.path.stat().st_mode & 0o777 == 0o600
        assert made.size_bytes == made.path.stat().st_size
        assert list(tmp_path.glob(".*")) == []
        with tarfile.open(made.path) as tar:
            assert tar.getnames() == ["manifest.json", "database.dump", "sha256"]
            said = tar.extractfile("manifest.json")
            assert said is not None
            described = json.load(said)
        assert described["contents"]["row_counts"]["public.press"] == 3
        assert described["contents"]["stations"][0]["name"] == "WXYZ"

    def test_another_file_is_left_alone_unless_it_is_to_be_replaced(self, database: Database, tmp_path: Path) -> None:
        target = tmp_path / "mine"
        target.write_text("mine")

        with pytest.raises(BackupFailed, match="is there already, and was left alone"):
            back_up(database, target)

        assert target.read_text() == "mine"
        assert list(tmp_path.iterdir()) == [target]
        back_up(database, target, may_replace=True)
        with service.open_backup(target) as backup:
            assert backup.manifest.contents.stations == []

    def test_a_changed_byte_anywhere_is_refused(self, database: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        content = back_up(database, tmp_path / "one.tar", is_checked=False).path.read_bytes()

        for position in {*range(0, len(content), len(content) // 97), *range(len(content) - 2048, len(content), 64)}:
            changed = bytearray(content)
            changed[position] ^= 1
            with pytest.raises(BackupUnusable, match="is damaged, incomplete, or no backup"):
                archive.read(io.BytesIO(changed), name="it")

    @pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.999999])
    def test_a_truncated_file_is_refused(
        self, kept: float, database: Database, other: Database, tmp_path: Path
    ) -> None:
        fill(database.conninfo)
        path = back_up(database, tmp_path / "one.tar", is_checked=False).path
        os.truncate(path, int(path.stat().st_size * kept))

        with pytest.raises(BackupUnusable, match="backup of the tracker"):
            restore(other, path)

    def test_a_tar_of_something_else_is_refused(self) -> None:
        file = io.BytesIO()
        content = archive._header("novel.txt", 0, 0)
        file.write(content)
        file.write(archive._trailer(archive._digest(file, end=len(content)), 0))

        with pytest.raises(BackupUnusable, match="has not the parts of one"):
            archive.read(file, name="it")

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"format": 2}, "made by a newer version"),
            ({"revision": "of-tomorrow"}, "made by version 9.9 of the tracker, whose database .* does not know"),
        ],
    )
    def test_a_file_of_a_newer_program_is_refused(self, change: dict[str, Any], refusal: str, tmp_path: Path) -> None:
        revision = change.pop("revision", migrations.newest_revision())
        contents = Contents(revision=revision, row_counts={}, stations=[])
        told: dict[str, Any] = {
            "format": 1,
            "program_version": "9.9",
            "postgres_version": "18",
            "made_at": LONG_AGO,
        } | change
        with (tmp_path / "new.tar").open("w+b") as file:
            archive.write(file, Manifest(contents=contents, **told), dump=lambda _: None)

        with pytest.raises(BackupUnusable, match=refusal), service.open_backup(tmp_path / "new.tar"):
            pass

    def test_a_dump_that_does_not_hold_what_the_manifest_says_is_found(
        self, database: Database, other: Database, tmp_path: Path
    ) -> None:
        fill(database.conninfo)
        path = back_up(database, tmp_path / "one.tar").path
        with service.open_backup(path) as backup, (tmp_path / "two.tar").open("w+b") as file:
            [station] = backup.manifest.contents.stations
            wrong = station.model_copy(update={"record_hash": "0" * 64})
            contents = backup.manifest.contents.model_copy(update={"stations": [wrong]})
            manifest = backup.manifest.model_copy(update={"contents": contents})
            archive.write(file, manifest, dump=backup.copy_dump)

        with pytest.raises(BackupFailed, match="once restored, the record of WXYZ is another one"):
            restore(other, tmp_path / "two.tar")

        assert contents_of(other.conninfo).stations == []
        assert scratch_databases(other.conninfo) == []

    def test_where_a_folder_cannot_be_synchronized_the_file_is_made_all_the_same(
        self, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(folder: Path) -> None:
            raise OSError(errno.EINVAL, "Invalid argument", str(folder))

        monkeypatch.setattr(service, "sync_folder", refuse)

        assert back_up(database, tmp_path / "one.tar").path.exists()


class TestPrograms:
    @pytest.mark.parametrize(
        ("said", "refusal"),
        [
            ("pg_dump (PostgreSQL) 14.9", r"pg_dump must not be older: found 14 in .*set PG_BIN_DIR"),
            ("some other program", "does not tell its version"),
        ],
    )
    def test_a_program_that_is_too_old_is_refused(
        self, said: str, refusal: str, database: Database, tmp_path: Path
    ) -> None:
        bin_dir = programs(tmp_path / "bin", pg_dump=f"echo '{said}'; exit")
        older = database_at(database.conninfo, data_dir=tmp_path / "data", bin_dir=bin_dir)

        with pytest.raises(BackupFailed, match=refusal):
            back_up(older, tmp_path / "one.tar")

        assert list(tmp_path.glob("*.tar*")) == []

    def test_a_folder_without_programs_is_refused(self, database: Database, tmp_path: Path) -> None:
        without = database_at(database.conninfo, data_dir=tmp_path / "data", bin_dir=tmp_path)

        with pytest.raises(BackupFailed, match="found none"):
            back_up(without, tmp_path / "one.tar")

    def test_a_user_who_may_not_make_a_database_is_told_so(self, database: Database, tmp_path: Path) -> None:
        with psycopg.connect(database.conninfo, autocommit=True) as connection:
            connection.execute("DROP ROLE IF EXISTS reader")
            connection.execute("CREATE ROLE reader IN ROLE pg_read_all_data")
        weak = database_at(make_conninfo(database.conninfo, options="-c role=reader"), data_dir=tmp_path / "data")

        with pytest.raises(BackupFailed, match=r"ALTER ROLE \w+ CREATEDB"):
            back_up(weak, tmp_path / "one.tar")

        assert back_up(weak, tmp_path / "one.tar", is_checked=False).path.exists()

    def test_no_password_is_on_a_command_line(self, database: Database, tmp_path: Path) -> None:
        spy = 'printf "%s\\n" "$@" >> $HERE/arguments; printenv PGPASSWORD >> $HERE/passwords; exec $REAL/'
        bin_dir = programs(tmp_path / "bin", pg_dump=f"{spy}pg_dump", pg_restore=f"{spy}pg_restore")
        conninfo = make_conninfo(database.conninfo, password="hunter2")

        back_up(database_at(conninfo, data_dir=tmp_path / "data", bin_dir=bin_dir), tmp_path / "one.tar")

        assert "hunter2" not in (bin_dir / "arguments").read_text()
        assert set((bin_dir / "passwords").read_text().split()) == {"hunter2"}

    def test_a_program_that_fails_leaves_no_file(self, database: Database, tmp_path: Path) -> None:
        bin_dir = programs(tmp_path / "bin", pg_restore="echo 'out of cheese' >&2; exit 3;")
        failing = database_at(database.conninfo, data_dir=tmp_path / "data", bin_dir=bin_dir)

        with pytest.raises(BackupFailed, match=r"pg_restore failed\.\nout of cheese"):
            back_up(failing, tmp_path / "one.tar")

        assert list(tmp_path.iterdir()) == [bin_dir]
        assert scratch_databases(database.conninfo) == []

    @pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root runs them as somebody else")
    def test_they_get_past_a_folder_that_only_root_may_enter(
        self, database: Database, postgres: EmbeddedPostgres, tmp_path: Path
    ) -> None:
        # As systemd has one above the data of a user that it made; the service itself, from inside, passes through.
        closed = postgres.data_dir.with_name("closed")
        closed.mkdir(mode=0o700)
        try:
            with snapshot.snapshot(database.conninfo) as connection, (tmp_path / "dump").open("w+b") as target:
                programs = database_at(database.conninfo, data_dir=postgres.data_dir, is_embedded=True).programs(
                    connection
                )
                data_dir = make_folder(closed / "data", user=programs.user)
                (make_folder(data_dir / "run", user=programs.user) / SOCKET_NAME).hardlink_to(
                    Path(connection.info.host) / SOCKET_NAME
                )
                conninfo = make_conninfo(database.conninfo, host=str(data_dir / "run"))
                name = snapshot.name_of(connection)
                replace(programs, data_dir=data_dir).dump(conninfo, snapshot=name, target=target)

                assert target.tell() > 0
        finally:
            shutil.rmtree(closed)


class TestBeforeMigration:
    def test_a_backup_is_made_of_a_database_that_has_a_station(self, embedded: Database) -> None:
        fill(embedded.conninfo)
        downgrade(embedded)

        made = service.before_migration(embedded, now=NOW)

        assert made is not None
        assert made.path.parent == embedded.data_dir / "backups"
        assert made.path.parent.stat().st_mode & 0o777 == 0o700
        assert made.path.stat().st_mode & 0o777 == 0o600
        with service.open_backup(made.path) as backup:
            assert backup.manifest.contents == contents_of(embedded.conninfo)

    def test_none_is_made_when_there_is_nothing_to_migrate(self, embedded: Database) -> None:
        fill(embedded.conninfo)

        assert service.before_migration(embedded, now=NOW) is None
        assert not (embedded.data_dir / "backups").exists()

    def test_none_is_made_of_a_database_without_a_station(self, embedded: Database) -> None:
        downgrade(embedded)

        assert service.before_migration(embedded, now=NOW) is None

    def test_none_is_made_of_a_database_of_a_newer_program(self, embedded: Database) -> None:
        fill(embedded.conninfo)
        with psycopg.connect(embedded.conninfo) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'of-tomorrow'")

        assert service.before_migration(embedded, now=NOW) is None

    def test_the_newest_five_are_kept_and_other_files_stay(self, embedded: Database) -> None:
        fill(embedded.conninfo)
        downgrade(embedded)
        folder = service._folder(embedded)
        for number in range(7):
            (folder / f"{service.BEFORE_MIGRATION}2025010{number}-000000-abc.tar").touch()
        (folder / "mine.tar").touch()
        (folder / f".{service.BEFORE_MIGRATION}killed.tar.0.part").touch()

        made = service.before_migration(embedded, now=NOW + timedelta(seconds=1))

        assert made is not None
        kept = sorted(path.name for path in folder.iterdir())
        assert len(kept) == KEPT_BEFORE_MIGRATION + 1
        assert {made.path.name, "mine.tar", f"{service.BEFORE_MIGRATION}20250106-000000-abc.tar"} <= set(kept)

    def test_commands_make_one_too(self, embedded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        fill(embedded.conninfo)
        downgrade(embedded)
        monkeypatch.setattr(database_access, "conninfo_of_running", lambda _: embedded.conninfo)
        settings = embedded.settings.model_copy(update={"database_url": None})

        with database_access.open_database(settings), database_access.open_database(settings):
            pass

        assert contents_of(embedded.conninfo).revision == migrations.newest_revision()
        assert len(list((embedded.data_dir / "backups").iterdir())) == 1

    def test_a_failure_says_what_to_do(self, embedded: Database) -> None:
        fill(embedded.conninfo)
        downgrade(embedded)
        (embedded.data_dir / "backups").touch()

        with pytest.raises(BackupFailed, match=r"nothing was changed\..*Mend that and start again"):
            service.before_migration(embedded, now=NOW)

        (embedded.data_dir / "backups").unlink()

    def test_the_new_one_is_kept_where_the_clock_was_set_back(self, embedded: Database) -> None:
        fill(embedded.conninfo)
        downgrade(embedded)
        folder = service._folder(embedded)
        for number in range(KEPT_BEFORE_MIGRATION):
            (folder / f"{service.BEFORE_MIGRATION}2090010{number}-000000-abc.tar").touch()

        made = service.before_migration(embedded, now=NOW)

        assert made is not None
        assert made.path.exists()
        assert len(list(folder.iterdir())) == KEPT_BEFORE_MIGRATION
