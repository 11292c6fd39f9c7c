"""The database for commands that run beside the server, or without it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.backup import service as backups
from app.backup.service import Database
from app.core import clock, migrations
from app.core.config import Settings
from app.core.db import build_engine
from app.core.embedded_postgres import DataDirectoryInUse, EmbeddedPostgres, conninfo_of_running, default_data_dir

STARTING_SERVER_TIMEOUT_S = 20.0
POLL_INTERVAL_S = 0.1


class DatabaseUnreachable(Exception):
    """A command cannot work on the database; the message says why, and what to do."""


class DatabaseInUse(DatabaseUnreachable):
    """Another process works on a database that a command needs for itself."""


@contextmanager
def open_database(settings: Settings) -> Iterator[Engine]:
    """An engine on the tracker's database, brought to the newest revision.

    The configured database; else the embedded one, of the server that runs, or started for the duration. Must then
    run on the main thread. Raises DatabaseUnreachable, NotMigrated, EmbeddedPostgresError, BackupError.
    """
    with reach_database(settings) as database, ExitStack() as stack:
        engine = build_engine(database.settings, pool_size=1)
        stack.callback(engine.dispose)
        try:
            if database.is_embedded:
                backups.before_migration(database, now=clock.now())
            migrations.upgrade_to_head(engine)
            yield engine
        except CommandError as error:
            msg = f"The database was made by a newer version of the tracker, so this one leaves it alone ({error})."
            raise DatabaseUnreachable(msg) from error
        except (OperationalError, psycopg.OperationalError) as error:
            cause = error.orig if isinstance(error, OperationalError) else error
            msg = f"The database does not answer: {_first_line(cause)}"
            raise DatabaseUnreachable(msg) from error


@contextmanager
def reach_database(settings: Settings, *, alone: bool = False) -> Iterator[Database]:
    """The tracker's database as it is, whatever its revision; otherwise as `open_database`.

    `alone` refuses an embedded one that another process has started.
    """
    with ExitStack() as stack:
        is_embedded = not settings.has_database
        if is_embedded:
            conninfo = _start_alone(settings, stack) if alone else _embedded(settings, stack)
            # Whatever else a setting says of another.
            update = {"database_url": SecretStr(conninfo), "database_direct_url": None}
            settings = settings.model_copy(update=update)
        yield Database(settings=settings, is_embedded=is_embedded)


def _start_alone(settings: Settings, stack: ExitStack) -> str:
    data_dir = settings.tracker_data_dir or default_data_dir()
    if conninfo_of_running(data_dir) is not None:
        msg = f"A tracker runs on the data directory {data_dir}. Stop it, then try again."
        raise DatabaseInUse(msg)
    return stack.enter_context(_postgres(settings, data_dir)).conninfo


def _embedded(settings: Settings, stack: ExitStack) -> str:
    """The running server's, else that of one started here, which holds the data directory until the stack closes."""
    data_dir = settings.tracker_data_dir or default_data_dir()
    deadline = time.monotonic() + STARTING_SERVER_TIMEOUT_S
    while True:
        conninfo = conninfo_of_running(data_dir)
        if conninfo is not None:
            return conninfo
        try:
            return stack.enter_context(_postgres(settings, data_dir)).conninfo
        except DataDirectoryInUse:
            # Its owner is about to start the server, or to stop it.
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_INTERVAL_S)


def _postgres(settings: Settings, data_dir: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(data_dir=data_dir, bin_dir=settings.pg_bin_dir, run_as=settings.tracker_pg_user)


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0]
