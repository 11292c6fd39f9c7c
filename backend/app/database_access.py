"""The database for commands that run beside the server, or without it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.core import migrations
from app.core.config import Settings
from app.core.db import build_engine
from app.core.embedded_postgres import DataDirectoryInUse, EmbeddedPostgres, conninfo_of_running, default_data_dir

STARTING_SERVER_TIMEOUT_S = 20.0
POLL_INTERVAL_S = 0.1


class DatabaseUnreachable(Exception):
    """A command cannot work on the database; the message says why, and what to do."""


@contextmanager
def open_database(settings: Settings) -> Iterator[Engine]:
    """An engine on the tracker's database, brought to the newest revision.

    The configured database; else the embedded one, of the server that runs, or started for the duration. Must then
    run on the main thread. Raises DatabaseUnreachable, EmbeddedPostgresError.
    """
    with ExitStack() as stack:
        if not settings.has_database:
            conninfo = _embedded(settings, stack)
            settings = settings.model_copy(update={"database_url": SecretStr(conninfo)})
        engine = build_engine(settings, pool_size=1)
        stack.callback(engine.dispose)
        try:
            migrations.upgrade_to_head(engine)
            yield engine
        except CommandError as error:
            msg = f"The database was made by a newer version of the tracker, so this one leaves it alone ({error})."
            raise DatabaseUnreachable(msg) from error
        except (OperationalError, psycopg.OperationalError) as error:
            cause = error.orig if isinstance(error, OperationalError) else error
            msg = f"The database does not answer: {_first_line(cause)}"
            raise DatabaseUnreachable(msg) from error


def _embedded(settings: Settings, stack: ExitStack) -> str:
    """The running server's, else that of one started here, which holds the data directory until the stack closes."""
    data_dir = settings.tracker_data_dir or default_data_dir()
    deadline = time.monotonic() + STARTING_SERVER_TIMEOUT_S
    while True:
        conninfo = conninfo_of_running(data_dir)
        if conninfo is not None:
            return conninfo
        postgres = EmbeddedPostgres(data_dir=data_dir, bin_dir=settings.pg_bin_dir, run_as=settings.tracker_pg_user)
        try:
            return stack.enter_context(postgres).conninfo
        except DataDirectoryInUse:
            # Its owner is about to start the server, or to stop it.
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_INTERVAL_S)


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0]
