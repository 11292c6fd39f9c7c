"""Backups: what goes into the file, what comes back out of it, and what is refused."""

import asyncio
import io
import json
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from psycopg import sql
from psycopg.conninfo import make_conninfo

from app import database_access
from app.backup import archive, scratch, service, snapshot
from app.backup.archive import Contents, Manifest
from app.backup.errors import BackupFailed, BackupUnusable, RestoreRefused
from app.backup.service import KEPT_BEFORE_MIGRATION, Database, Made
from app.core import migrations
from app.core.db import build_engine
from app.core.embedded_postgres import EmbeddedPostgres
from app.core.postgres_binaries import find_binaries
from app.core.postgres_cluster import choose_user
from app.features.accounts.mail import Template, queue
from app.models import CorrectionKind
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO
from app.tests.recording import NOW, KeptDatabase, PressPath, incoming, kept_database
from app.tests.serving.product import PROGRAMS, environment, run, wait_until

ODD_NOTE = "naïve 'quotes' \"and\" \\backslash\\ \t tab, two\nlines, 🎛 and \x01, NULL \\N \\."
# Emptied by a restore: everybody logs in again, and no mail goes out twice.
NOT_KEPT = ("login_session", "account_link", "job")


@pytest.fixture
def conninfo(new_database: Callable[[str], str]) -> str:
    """A migrated, empty database of the test's own."""
    return new_database(f"backup_{uuid4().hex[:8]}")


@pytest.fixture
def database(conninfo: str, tmp_path: Path) -> Database:
    return database_at(conninfo, data_dir=tmp_path / "data")


@pytest.fixture
def other(new_database: Callable[[str], str], tmp_path: Path) -> Database:
    """Another empty one, to restore into."""
    return database_at(new_database(f"restored_{uuid4().hex[:8]}"), data_dir=tmp_path / "other")


@pytest.fixture
def embedded(conninfo: str, postgres: EmbeddedPostgres) -> Iterator[Database]:
    """The test's own database, as one that belongs to the server of a data directory."""
    yield database_at(conninfo, data_dir=postgres.data_dir, is_embedded=True)
    shutil.rmtree(postgres.data_dir / "backups", ignore_errors=True)


def database_at(conninfo: str, *, data_dir: Path, is_embedded: bool = False, bin_dir: Path | None = None) -> Database:
    settings = settings_for(conninfo).model_copy(update={"tracker_data_dir": data_dir, "pg_bin_dir": bin_dir})
    return Database(settings=settings, is_embedded=is_embedded)


def fill(conninfo: str, *, name: str = "WXYZ") -> None:
    """A station with presses, corrections, several versions of a button, and words that are hard to write down."""
    with kept_database(conninfo) as kept:
        with kept.make() as make:
            user = make.user(email=f"{uuid4().hex}@station.test")
            station = make.station(name=name, zone="America/New_York")
            make.member(station=station, user=user)
            button = make.button(station=station, title="Schnüre & Gürtel’", version={"description": ODD_NOTE})
            key = make.press_key(button=button, deck=make.deck(station=station))
        asyncio.run(_record(kept, station.id, [incoming(key, note=ODD_NOTE), incoming(key), incoming(key)]))
        first, second, _ = kept.presses(station.id)
        kept.correct(station.id, first.id, CorrectionKind.VOID, user=user)
        kept.correct(station.id, second.id, CorrectionKind.NOTE, user=user)
        with psycopg.connect(conninfo) as connection:
            connection.execute(
                """
                INSERT INTO button_version (station_id, button_id, number, title, type, duration, created_at)
                VALUES (%s, %s, 2, 'Renamed', 'psa', 0.1, now())
                """,
                [station.id, button.id],
            )
            connection.execute("UPDATE button SET current_version = 2, tags = '{a,\"b c\"}' WHERE id = %s", [button.id])


async def _record(kept: KeptDatabase, station_id: Any, presses: list[Any]) -> None:
    path = PressPath(kept.settings)
    await path.record(station_id, presses)
    await path.close()


def rows_of(conninfo: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with snapshot.snapshot(conninfo) as connection:
        return {
            name: [
                str(row)
                for (row,) in connection.execute(
                    sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(name))
                )
            ]
            for _, name in snapshot.tables(connection)
            if name not in NOT_KEPT
        }


def contents_of(conninfo: str) -> Contents:
    with snapshot.snapshot(conninfo) as connection:
        return snapshot.contents(connection, revision=snapshot.revision(connection) or "")


def noted(before: Contents) -> Contents:
    """The same once it was restored, which leaves an event."""
    events = "public.audit_event"
    return before.model_copy(update={"row_counts": before.row_counts | {events: before.row_counts[events] + 1}})


def back_up(database: Database, target: Path, **options: Any) -> Made:
    given: dict[str, Any] = {"is_checked": True, "may_replace": False, "now": NOW} | options
    return service.make(database, target, **given)


def restore(database: Database, path: Path, *, may_replace: bool = False) -> service.Restored:
    with service.open_backup(path) as backup:
        return service.restore(database, backup, may_replace=may_replace, now=NOW)


def scratch_databases(conninfo: str) -> list[str]:
    with snapshot.connect(conninfo) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{scratch.PREFIX}%"])
        return [str(name) for (name,) in found]


def programs(folder: Path, *, pg_dump: str = "", pg_restore: str = "") -> Path:
    """A folder for PG_BIN_DIR: shell scripts in place of the two programs; `$REAL` is the folder of the real ones."""
    own = choose_user(None, data_dir=folder)
    real = find_binaries(None, user=own).folder
    folder.mkdir()
    for name, script in (("pg_dump", pg_dump), ("pg_restore", pg_restore)):
        program = folder / name
        program.write_text(f'#!/bin/sh\nREAL="{real}"\nHERE="{folder}"\n{script or f"exec $REAL/{name}"} "$@"\n')
        program.chmod(0o755)
    return folder


class TestRoundTrip:
    def test_everything_comes_back_as_it_was(self, database: Database, other: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        before = rows_of(database.conninfo)

        made = back_up(database, tmp_path / "one.tar")
        restored = restore(other, made.path)

        assert any("lines, 🎛 and \x01" in row for row in before["press"])
        found = rows_of(other.conninfo)
        (noted,) = found.pop("audit_event")
        assert "instance:backup:restore,command" in noted
        assert found | {"audit_event": []} == before
        assert contents_of(other.conninfo).stations == made.contents.stations
        assert restored.contents == made.contents
        assert (made.contents.press_count, made.contents.correction_count) == (3, 2)
        assert rows_of(database.conninfo) == before
        assert scratch_databases(database.conninfo) == []

    def test_a_restored_record_is_append_only_again(self, database: Database, other: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        restore(other, back_up(database, tmp_path / "one.tar").path)

        with psycopg.connect(other.conninfo) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("DELETE FROM press")

    def test_an_older_revision_is_brought_to_the_newest(
        self, database: Database, other: Database, tmp_path: Path
    ) -> None:
        fill(database.conninfo)
        downgrade(database)

        made = back_up(database, tmp_path / "old.tar")
        restore(other, made.path)

        found = contents_of(other.conninfo)
        assert made.contents.revision != migrations.newest_revision() == found.revision
        assert found.stations == made.contents.stations

    def test_mail_that_waited_is_not_sent_again(self, database: Database, other: Database, tmp_path: Path) -> None:
        with kept_database(database.conninfo) as kept, kept.make() as make:
            context = {"email": "mail@example.com", "sent_by": "Dana"}
            queue(make.session, template=Template.TEST_MAIL, to="mail@example.com", context=context, now=NOW)

        restore(other, back_up(database, tmp_path / "one.tar").path)

        assert contents_of(database.conninfo).row_counts["public.job"] == 1
        assert contents_of(other.conninfo).row_counts["public.job"] == 0

    def test_logins_do_not_come_back(self, database: Database, other: Database, tmp_path: Path) -> None:
        with kept_database(database.conninfo) as kept, kept.make() as make:
            user = make.user()
            make.session.connection().exec_driver_sql(
                "INSERT INTO login_session (id, user_id, created_at, expires_at)"
                f" VALUES (gen_random_uuid(), '{user.id}', now(), 'infinity')"
            )

        restore(other, back_up(database, tmp_path / "one.tar").path)

        assert contents_of(database.conninfo).row_counts["public.login_session"] == 1
        assert contents_of(other.conninfo).row_counts["public.login_session"] == 0

    def test_api_tokens_come_back_revoked(self, database: Database, other: Database, tmp_path: Path) -> None:
        with kept_database(database.conninfo) as kept, kept.make() as make:
            make.session.connection().exec_driver_sql(
                "INSERT INTO api_token (id, token_hash, prefix, name, station_id, user_id, scopes, created_at)"
                f" VALUES (gen_random_uuid(), 'x', 'sdbt_x', 'x', '{make.station().id}', '{make.user().id}',"
                " '{press:write}', now())"
            )

        restore(other, back_up(database, tmp_path / "one.tar").path)

        with snapshot.snapshot(other.conninfo) as connection:
            assert connection.execute("SELECT revoked_at FROM api_token").fetchall() == [(NOW,)]

    def test_links_that_were_sent_do_not_come_back(self, database: Database, other: Database, tmp_path: Path) -> None:
        with kept_database(database.conninfo) as kept, kept.make() as make:
            user, station = make.user(), make.station()
            make.session.connection().exec_driver_sql(
                "INSERT INTO account_link (user_id, purpose, email, token_hash, expires_at)"
                f" VALUES ('{user.id}', 'password', '{user.email}', 'a', 'infinity')"
            )
            make.session.connection().exec_driver_sql(
                "INSERT INTO invitation (id, station_id, email, role, invited_by, token_hash, created_at, expires_at)"
                f" VALUES (gen_random_uuid(), '{station.id}', 'a@example.com', 'owner', '{user.id}', 'b', now(), 'infinity')"
            )

        restore(other, back_up(database, tmp_path / "one.tar").path)

        assert contents_of(database.conninfo).row_counts["public.account_link"] == 1
        assert contents_of(other.conninfo).row_counts["public.account_link"] == 0
        with psycopg.connect(other.conninfo) as connection:
            assert connection.execute("SELECT expires_at <= now() FROM invitation").fetchall() == [(True,)]

    async def test_presses_may_be_recorded_meanwhile(self, database: Database, tmp_path: Path) -> None:
        with kept_database(database.conninfo) as kept:
            with kept.make() as make:
                station = make.station(dedup_window_ms=0)
                keys = [make.press_key(button=make.button(station=station)) for _ in range(2)]
            is_done = asyncio.Event()
            path = PressPath(kept.settings)

            async def press() -> None:
                while not is_done.is_set():
                    await path.record(station.id, [incoming(key) for key in keys])

            pressing = asyncio.create_task(press())
            await asyncio.to_thread(wait_until, lambda: len(kept.record_numbers(station.id)) > 20)
            made = await asyncio.to_thread(back_up, database, tmp_path / "one.tar")
            is_done.set()
            await pressing
            await path.close()

            [record] = made.contents.stations
            assert made.is_checked
            assert record.press_count == record.last_seq
            assert 20 <= record.last_seq < len(kept.presses(station.id))


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


class TestRestoreIsRefused:
    def test_where_there_is_a_station(self, database: Database, other: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        fill(other.conninfo, name="KQED")
        before = rows_of(other.conninfo)

        with pytest.raises(RestoreRefused, match=r"not empty: it has the station KQED with 3 presses. With --replace"):
            restore(other, back_up(database, tmp_path / "one.tar").path)

        assert rows_of(other.conninfo) == before
        assert not other.data_dir.exists()

    def test_where_somebody_elses_tables_are(
        self, database: Database, postgres: EmbeddedPostgres, tmp_path: Path
    ) -> None:
        path = back_up(database, tmp_path / "one.tar").path
        with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
            connection.execute("CREATE DATABASE somebody_elses")
        theirs = database_at(make_conninfo(postgres.conninfo, dbname="somebody_elses"), data_dir=tmp_path / "data")
        with psycopg.connect(theirs.conninfo) as connection:
            connection.execute("CREATE TABLE novel ()")

        with pytest.raises(RestoreRefused, match="tables that are not the tracker's"):
            restore(theirs, path, may_replace=True)

    def test_while_somebody_is_connected(self, database: Database, other: Database, tmp_path: Path) -> None:
        path = back_up(database, tmp_path / "one.tar").path

        with psycopg.connect(other.conninfo), pytest.raises(RestoreRefused, match="1 other connections use"):
            restore(other, path)

    def test_while_a_server_runs_on_the_data_directory(
        self, database: Database, postgres: EmbeddedPostgres, tmp_path: Path
    ) -> None:
        path = back_up(database, tmp_path / "one.tar").path

        refused = run("tracker", "restore", str(path), cwd=tmp_path, TRACKER_DATA_DIR=str(postgres.data_dir))

        assert refused.returncode == 1
        assert f"A tracker runs on the data directory {postgres.data_dir}. Stop it" in refused.stderr


class TestReplace:
    def test_what_was_there_is_kept_in_a_backup(self, database: Database, other: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        fill(other.conninfo, name="KQED")
        old, new = contents_of(other.conninfo), contents_of(database.conninfo)

        restored = restore(other, back_up(database, tmp_path / "one.tar").path, may_replace=True)

        assert contents_of(other.conninfo) == noted(new)
        assert restored.replaced is not None
        assert restored.replaced.path.parent == other.data_dir / "backups"
        with service.open_backup(restored.replaced.path) as kept:
            assert kept.manifest.contents == old
        assert scratch_databases(other.conninfo) == []

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_killed_in_the_middle_it_leaves_the_old(
        self, moment: str, database: Database, other: Database, tmp_path: Path
    ) -> None:
        fill(database.conninfo)
        fill(other.conninfo, name="KQED")
        path, before = back_up(database, tmp_path / "one.tar").path, rows_of(other.conninfo)
        # The first restore is that which tries the backup of the old; the second one hangs.
        real = '"$REAL/pg_restore" "$@"'
        hang = f"{real if moment == 'after' else ''}; touch $HERE/hangs; sleep 60; exit".lstrip("; ")
        script = f"if [ -e $HERE/once ]; then {hang}; fi; touch $HERE/once; exec $REAL/pg_restore"
        bin_dir = programs(tmp_path / "bin", pg_restore=script)
        settings = {"DATABASE_URL": other.conninfo, "PG_BIN_DIR": str(bin_dir), "TRACKER_DATA_DIR": str(tmp_path / "d")}

        process = subprocess.Popen(
            [PROGRAMS / "tracker", "restore", path, "--replace"], cwd=tmp_path, env=environment(**settings)
        )
        wait_until(lambda: (bin_dir / "hangs").exists() or process.poll() is not None)
        process.send_signal(signal.SIGKILL)

        assert process.wait() == -signal.SIGKILL
        assert rows_of(other.conninfo) == before
        assert len(scratch_databases(other.conninfo)) == 1
        assert len(list((tmp_path / "d/backups").glob("replaced-*.tar"))) == 1
        # The next one removes what was left.
        back_up(other, tmp_path / "two.tar")
        assert scratch_databases(other.conninfo) == []


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


def downgrade(database: Database) -> None:
    """By one revision, as an earlier version of the program left it."""
    engine = build_engine(database.settings)
    with engine.begin() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    engine.dispose()


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


class TestCommands:
    def test_a_backup_of_one_server_is_restored_by_another(self, database: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        folder = Path(tempfile.mkdtemp(prefix="tracker-restore-"))
        folder.chmod(0o755)
        target = {"TRACKER_DATA_DIR": str(folder / "data")}
        try:
            made = run("tracker", "backup", "one.tar", cwd=tmp_path, DATABASE_URL=database.conninfo)
            restored = run("tracker", "restore", "one.tar", cwd=tmp_path, **target)
            again = run("tracker", "restore", "one.tar", cwd=tmp_path, **target)
            copy = run("tracker", "backup", "two.tar", "--no-check", cwd=tmp_path, **target)
        finally:
            shutil.rmtree(folder)

        assert made.returncode == 0, made.stderr
        assert made.stdout.startswith(f"{tmp_path / 'one.tar'}: 1 station, 3 presses, 2 corrections, ")
        assert "Checked: restored beside the database" in made.stdout
        assert "The secret key of this server is not in it" in made.stdout
        assert restored.returncode == 0, restored.stderr
        assert "as of 20" in restored.stdout
        assert again.returncode == 1
        assert "not empty: it has the station WXYZ" in again.stderr
        assert copy.returncode == 0, copy.stderr
        assert "Not checked" in copy.stdout
        with service.open_backup(tmp_path / "one.tar") as one, service.open_backup(tmp_path / "two.tar") as two:
            assert two.manifest.contents == noted(one.manifest.contents)
        (event,) = rows_of(database.conninfo)["audit_event"]
        assert "instance:backup:make,command" in event
        assert "one.tar" in event

    def test_what_cannot_be_read_is_one_sentence(self, database: Database, tmp_path: Path) -> None:
        missing = run("tracker", "restore", "gone.tar", cwd=tmp_path, DATABASE_URL=database.conninfo)

        assert (missing.returncode, missing.stderr) == (1, "gone.tar cannot be read: No such file or directory.\n")

    def test_a_database_that_was_never_used_is_nothing_to_back_up(
        self, postgres: EmbeddedPostgres, tmp_path: Path
    ) -> None:
        empty = database_at(make_conninfo(postgres.conninfo, dbname="postgres"), data_dir=tmp_path)

        with pytest.raises(BackupFailed, match="nothing to back up"):
            back_up(empty, tmp_path / "one.tar")

    def test_a_backup_is_one_although_the_database_cannot_be_told(self, database: Database, tmp_path: Path) -> None:
        fill(database.conninfo)
        with snapshot.connect(database.conninfo) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))

        made = run("tracker", "backup", "one.tar", "--no-check", cwd=tmp_path, DATABASE_URL=database.conninfo)

        assert made.returncode == 0, made.stderr
        assert (tmp_path / "one.tar").exists()

    def test_a_server_that_does_not_answer_is_one_sentence(self, tmp_path: Path) -> None:
        url = "postgresql://nobody@127.0.0.1:1/nothing"

        failed = run("tracker", "backup", cwd=tmp_path, DATABASE_URL=url)

        assert failed.returncode == 1
        assert failed.stderr.startswith("No backup was made in ")
        assert "Traceback" not in failed.stderr
        assert list(tmp_path.iterdir()) == []
