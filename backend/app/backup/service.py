"""Making a backup, checking it, restoring it."""

import errno
import importlib.metadata
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
import sqlalchemy.exc
import structlog
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr
from sqlalchemy import text

from app.backup import archive, snapshot
from app.backup.archive import Backup, Contents, Manifest
from app.backup.errors import BackupError, BackupFailed, BackupUnusable, RestoreRefused
from app.backup.programs import Programs, file_owner, find_programs
from app.backup.scratch import refuse_if_others_are_connected, scratch_database, take_the_place
from app.core import migrations
from app.core.config import Settings
from app.core.db import build_engine, transaction
from app.core.embedded_postgres import default_data_dir
from app.core.postgres_files import create_file, make_folder, replace, sync_folder, unlink
from app.core.process_guard import ProcessUser
from app.features.audit.actions import Action
from app.features.audit.record import COMMAND, Audit
from app.models import Station

log = structlog.get_logger(__name__)

PACKAGE = "streamdeck-button-tracker"
FOLDER_NAME = "backups"
BEFORE_MIGRATION = "before-migration-"
REPLACED = "replaced-"
KEPT_BEFORE_MIGRATION = 5
OWN_TABLES = frozenset({*Station.metadata.tables, "alembic_version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The tracker's database, which can be reached: settings that name it, and whether its server is the embedded one."""

    settings: Settings
    is_embedded: bool

    @property
    def conninfo(self) -> str:
        """Past a pooler, if there is one: it could carry neither a snapshot nor pg_dump."""
        return self.settings.for_listening().conninfo

    @property
    def data_dir(self) -> Path:
        return (self.settings.tracker_data_dir or default_data_dir()).expanduser().resolve()

    def named(self, name: str) -> str:
        """How to connect to another database of the same server."""
        return make_conninfo(self.conninfo, dbname=name)

    def programs(self, connection: psycopg.Connection) -> Programs:
        """Errors: BackupFailed, EmbeddedPostgresError."""
        data_dir = self.data_dir if self.is_embedded else None
        return find_programs(self.settings, data_dir, server_major=connection.info.server_version // 10_000)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies on the disk under its name."""

    path: Path
    size_bytes: int
    contents: Contents
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and where the data is that had to give way."""

    contents: Contents
    made_at: datetime
    replaced: Made | None


def default_name(now: datetime) -> str:
    return f"tracker-{_stamp(now)}.tar"


def _stamp(now: datetime) -> str:
    return now.strftime("%Y%m%d-%H%M%S")


def make(database: Database, target: Path, *, is_checked: bool, may_replace: bool, now: datetime) -> Made:
    """Write the database as it is now to `target`, or into that folder; the name appears once the file is whole.

    The file is for its owner alone. Errors: BackupFailed, EmbeddedPostgresError.
    """
    target = target.expanduser().absolute()
    target = target / default_name(now) if target.is_dir() else target
    if target.exists() and not may_replace:
        raise _is_there(target)
    try:
        user = file_owner(target.parent.resolve(strict=True), data_dir=database.data_dir)
        return _make(database, target, user=user, is_checked=is_checked, may_replace=may_replace, now=now)
    except (OSError, psycopg.Error) as error:
        msg = f"No backup was made in {target}: {_sentence(error)}"
        raise BackupFailed(msg) from error


def _is_there(target: Path) -> BackupFailed:
    return BackupFailed(f"{target} is there already, and was left alone. Choose another name, or give --force.")


def _make(
    database: Database, target: Path, *, user: ProcessUser, is_checked: bool, may_replace: bool, now: datetime
) -> Made:
    # Under root the way to a folder of another user must be free of links.
    target = target.parent.resolve() / target.name
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with create_file(part, user=user) as file:
            contents = _fill(file, database, now=now)
            if is_checked:
                _check(archive.read(file, name=str(target)), database)
            size = file.seek(0, os.SEEK_END)
            os.fsync(file.fileno())
        _give_name(part, target, user=user, may_replace=may_replace)
    finally:
        with suppress(OSError):
            unlink(part, user=user)
    with suppress(OSError):
        # Network shares may not know how; the file has its name by now, and what is in it is on the disk.
        sync_folder(target.parent)
    return Made(path=target, size_bytes=size, contents=contents, is_checked=is_checked)


def _give_name(part: Path, target: Path, *, user: ProcessUser, may_replace: bool) -> None:
    if not may_replace and not user.is_other:
        try:
            # A link refuses to replace a file that came meanwhile; a rename would not.
            os.link(part, target)
        except FileExistsError:
            raise _is_there(target) from None
        except OSError:
            # Some file systems have none, as those of memory sticks.
            if os.path.lexists(target):
                raise _is_there(target) from None
        else:
            return
    replace(part, target, user=user)


def _fill(file: IO[bytes], database: Database, *, now: datetime) -> Contents:
    with snapshot.snapshot(database.conninfo) as connection:
        revision = snapshot.revision(connection)
        if revision is None:
            if ("public", "station") in snapshot.tables(connection):
                raise BackupFailed(str(migrations.NotMigrated()))
            msg = "There is nothing to back up: the database has no tables of the tracker."
            raise BackupFailed(msg)
        programs = database.programs(connection)
        seen = snapshot.name_of(connection)
        manifest = Manifest(
            format=archive.FORMAT,
            program_version=importlib.metadata.version(PACKAGE),
            postgres_version=connection.info.parameter_status("server_version") or "",
            made_at=now,
            contents=snapshot.contents(connection, revision=revision),
        )
        archive.write(
            file, manifest, dump=lambda target: programs.dump(database.conninfo, snapshot=seen, target=target)
        )
    return manifest.contents


def _check(backup: Backup, database: Database) -> None:
    """Restore it into a database of its own, which is dropped again. Errors: BackupFailed, OSError, psycopg.Error."""
    with scratch_database(database.conninfo) as name:
        _restore_into(database, name, backup)


def _restore_into(database: Database, name: str, backup: Backup) -> None:
    """Fill this empty database, and compare it with what the backup says of itself."""
    conninfo, expected = database.named(name), backup.manifest.contents
    with snapshot.connect(conninfo) as connection:
        programs = database.programs(connection)
    programs.restore(conninfo, feed=backup.copy_dump)
    with snapshot.snapshot(conninfo) as connection:
        found = snapshot.contents(connection, revision=snapshot.revision(connection) or "")
    difference = snapshot.first_difference(expected, found)
    if difference is not None:
        msg = f"The backup is not what was backed up: once restored, {difference}."
        raise BackupFailed(msg)


def note(database: Database, made: Made, *, now: datetime) -> None:
    """Put it on the audit that this backup was made, so that the server can say when the last one was.

    A backup is one although the database cannot be told, as where it is of an older revision, or may only be read.
    """
    engine = build_engine(database.settings, pool_size=1)
    try:
        with transaction(engine) as session:
            Audit(session, COMMAND, now).note(
                Action.BACKUP_MADE, name=made.path.name, size_bytes=made.size_bytes, is_checked=made.is_checked
            )
    except sqlalchemy.exc.DBAPIError as error:
        log.info("backup_not_noted", error=_sentence(error))
    finally:
        engine.dispose()


def before_migration(database: Database, *, now: datetime) -> Made | None:
    """A backup in the data directory if the database is about to be migrated and has a station; the newest 5 are kept.

    Errors: BackupFailed, with what to do.
    """
    try:
        with snapshot.snapshot(database.conninfo) as connection:
            revision = snapshot.revision(connection)
            if revision in (None, migrations.newest_revision()) or not migrations.is_known(str(revision)):
                return None
            if not _count(connection, "station"):
                return None
        folder = _folder(database)
        name = f"{BEFORE_MIGRATION}{_stamp(now)}-{revision}.tar"
        made = make(database, folder / name, is_checked=True, may_replace=True, now=now)
        _remove_oldest(folder, database, new=made.path)
    except (BackupError, OSError, psycopg.Error) as error:
        msg = (
            "This version has to bring the database to a newer form, and the backup that is made before failed, so "
            f"nothing was changed. {_sentence(error)} Mend that and start again; until then the version that ran before "
            "can go on."
        )
        raise BackupFailed(msg) from error
    return made


def _folder(database: Database) -> Path:
    """Of the backups that are made without being asked for. Errors: OSError."""
    data_dir = database.data_dir
    data_dir.mkdir(parents=True, exist_ok=True)
    user = file_owner(data_dir, data_dir=data_dir)
    folder = make_folder(data_dir / FOLDER_NAME, user=user)
    # Those who were killed could not take theirs away.
    for prefix in (BEFORE_MIGRATION, REPLACED):
        for left in folder.glob(f".{prefix}*.part"):
            unlink(left, user=user)
    return folder


def _remove_oldest(folder: Path, database: Database, *, new: Path) -> None:
    # Their names begin with the time; by a clock that was set back the new one may seem the oldest.
    earlier = sorted(path for path in folder.glob(f"{BEFORE_MIGRATION}*.tar") if path.name != new.name)
    for path in earlier[: 1 - KEPT_BEFORE_MIGRATION]:
        unlink(path, user=file_owner(folder, data_dir=database.data_dir))


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """A file that is whole, and that this program can restore. Errors: BackupUnusable."""
    try:
        with ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            backup = archive.read(file, name=str(path))
            opened = stack.pop_all()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise BackupUnusable(msg) from error
    with opened:
        _check_revision(backup.manifest, path)
        yield backup


def _check_revision(manifest: Manifest, path: Path) -> None:
    revision = manifest.contents.revision
    if not migrations.is_known(revision):
        msg = (
            f"{path} was made by version {manifest.program_version} of the tracker, whose database (revision "
            f"{revision}) this version, {importlib.metadata.version(PACKAGE)}, does not know. Install that version, or "
            "a later one, and restore with it."
        )
        raise BackupUnusable(msg)


def restore(database: Database, backup: Backup, *, may_replace: bool, now: datetime) -> Restored:
    """Put what is in the backup in the place of the database, which nobody else may use meanwhile.

    It is restored beside it, compared, and migrated; then the two change names, all at once: whatever ends this in
    between leaves the old database. What is there is backed up first. Errors: BackupError, EmbeddedPostgresError.
    """
    try:
        refuse_if_others_are_connected(database.conninfo)
        replaced = _make_way(database, may_replace=may_replace, now=now)
        with scratch_database(database.conninfo) as fresh:
            _restore_into(database, fresh, backup)
            _finish(database, fresh, backup, now=now)
            take_the_place(database.conninfo, fresh)
    except (OSError, EOFError, psycopg.Error, sqlalchemy.exc.DBAPIError) as error:
        msg = f"Nothing was restored, and the database is as it was: {_sentence(error)}"
        raise BackupFailed(msg) from error
    return Restored(contents=backup.manifest.contents, made_at=backup.manifest.made_at, replaced=replaced)


def _make_way(database: Database, *, may_replace: bool, now: datetime) -> Made | None:
    """Back up what is there. Errors: RestoreRefused when that was not asked for, or when it is not the tracker's."""
    with snapshot.snapshot(database.conninfo) as connection:
        if snapshot.revision(connection) is None:
            if snapshot.tables(connection):
                msg = "The database holds tables that are not the tracker's. Restore into one of its own."
                raise RestoreRefused(msg)
            return None
        stations = [str(name) for (name,) in connection.execute("SELECT name FROM station ORDER BY created_at, id")]
        presses, accounts = _count(connection, "press"), _count(connection, "user_account")
        others = [name for _, name in snapshot.tables(connection) if name not in OWN_TABLES]
    if not stations and not accounts and not others:
        return None
    if not may_replace:
        if stations:
            shown = ", ".join(stations[:5]) + (f" and {len(stations) - 5} more" if len(stations) > 5 else "")
            held = f"the station {shown} with {presses:,} presses"
        else:
            held = f"{accounts} accounts" if accounts else f"tables that are not the tracker's, such as {others[0]}"
        msg = f"The database is not empty: it has {held}. With --replace that is backed up, and then replaced."
        raise RestoreRefused(msg)
    target = _folder(database) / f"{REPLACED}{_stamp(now)}.tar"
    return make(database, target, is_checked=True, may_replace=False, now=now)


def _count(connection: psycopg.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = connection.execute(query).fetchone()
    return 0 if row is None else int(row[0])


def _finish(database: Database, name: str, backup: Backup, *, now: datetime) -> None:
    """What a restored database still lacks: the newest revision, word of this, and what PostgreSQL must know to be fast."""
    update = {"database_url": SecretStr(database.named(name)), "database_direct_url": None}
    engine = build_engine(database.settings.model_copy(update=update), pool_size=1)
    try:
        migrations.upgrade_to_head(engine)
        with transaction(engine) as session:
            made_at = backup.manifest.made_at
            Audit(session, COMMAND, now).note(Action.BACKUP_RESTORED, made_at=made_at)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # A login that was ended since the backup must not be good again.
            connection.exec_driver_sql("DELETE FROM login_session")
            # Nor a link that was used or replaced since; an invitation can be sent again.
            connection.exec_driver_sql("DELETE FROM account_link")
            connection.exec_driver_sql("UPDATE invitation SET expires_at = least(expires_at, now())")
            # Nor may mail go out again that has been sent since.
            connection.exec_driver_sql("DELETE FROM job")
            # Nor an API token.
            connection.execute(text("UPDATE api_token SET revoked_at = :now WHERE revoked_at IS NULL"), {"now": now})
            connection.exec_driver_sql("VACUUM (ANALYZE)")
    finally:
        engine.dispose()


def _sentence(error: Exception) -> str:
    """With the name of what an operator can do something about."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "There is no space left on the disk."
    said = str(error.orig) if isinstance(error, sqlalchemy.exc.DBAPIError) else str(error)
    said = said.strip()
    return said if said.endswith((".", "!")) else f"{said}."
