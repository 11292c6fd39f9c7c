"""`tracker backup` and `tracker restore`."""

import shutil
import tempfile
from pathlib import Path

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from app.backup import service, snapshot
from app.backup.errors import BackupFailed
from app.backup.service import Database
from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.backup.backups import back_up, database_at, fill, noted, rows_of
from app.tests.serving.product import run


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
