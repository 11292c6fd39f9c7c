"""What comes back out of a backup, and what is refused."""

import asyncio
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from app.backup import scratch, service, snapshot
from app.backup.errors import RestoreRefused
from app.backup.service import Database
from app.core import migrations
from app.core.embedded_postgres import EmbeddedPostgres
from app.features.accounts.mail import Template, queue
from app.tests.backup.backups import (
    back_up,
    contents_of,
    database_at,
    downgrade,
    fill,
    noted,
    programs,
    restore,
    rows_of,
    scratch_databases,
)
from app.tests.recording import NOW, PressPath, incoming, kept_database
from app.tests.serving.product import PROGRAMS, environment, run, wait_until


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

    def test_where_somebody_elses_tables_are_beside_the_trackers_own(
        self, database: Database, other: Database, tmp_path: Path
    ) -> None:
        path = back_up(database, tmp_path / "one.tar").path
        with psycopg.connect(other.conninfo) as connection:
            connection.execute("CREATE TABLE novel ()")

        with pytest.raises(RestoreRefused, match=r"not empty: it has tables that are not the tracker's, such as novel"):
            restore(other, path)

        replaced = restore(other, path, may_replace=True).replaced
        assert replaced is not None
        assert replaced.contents.row_counts["public.novel"] == 0


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

    def test_what_another_user_of_the_server_has_left_is_left_alone(self, database: Database, tmp_path: Path) -> None:
        left = sql.Identifier(scratch.new_name())
        with psycopg.connect(database.conninfo, autocommit=True) as connection:
            connection.execute("DROP ROLE IF EXISTS tenant")
            connection.execute("CREATE ROLE tenant CREATEDB IN ROLE pg_read_all_data")
            connection.execute(sql.SQL("CREATE DATABASE {}").format(left))
            tenant = make_conninfo(database.conninfo, options="-c role=tenant")
            try:
                made = back_up(database_at(tenant, data_dir=tmp_path / "data"), tmp_path / "one.tar")
            finally:
                connection.execute(sql.SQL("DROP DATABASE {}").format(left))

        assert made.is_checked
