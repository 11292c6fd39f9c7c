"""Databases beside the tracker's, on the same server: to try a backup in, and to take the tracker's place."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import sql

from app.backup.errors import BackupFailed, RestoreRefused
from app.backup.snapshot import connect

PREFIX = "tracker_check_"
# Any number that no other program uses there: whoever holds it may remove what an earlier one left.
SCRATCH_LOCK = 7_306_021_958_119

_OTHERS = """
SELECT count(*)
FROM pg_stat_activity
WHERE datname = current_database()
  AND pid <> pg_backend_pid()
  AND usesysid IS NOT NULL
"""

# Another tracker's on the same server, which has a user of its own, are none of our business.
_LEFT = "SELECT datname FROM pg_database WHERE datname ~ %s AND pg_has_role(datdba, 'USAGE')"


@contextmanager
def scratch_database(conninfo: str) -> Iterator[str]:
    """The name of a new, empty database, which is dropped at the end unless it took the place of another.

    One at a time on a server. Errors: BackupFailed, psycopg.Error.
    """
    with _maintenance(conninfo, autocommit=False) as holder, _maintenance(conninfo) as connection:
        holder.execute("SELECT pg_advisory_xact_lock(%s)", [SCRATCH_LOCK])
        # Of one that was killed.
        _drop_all(connection)
        name = new_name()
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
            )
        except psycopg.errors.InsufficientPrivilege as error:
            msg = (
                "A backup is tried, and restored, in a database of its own, and the user of DATABASE_URL may not make one. "
                f"As an administrator of that server: ALTER ROLE {connection.info.user} CREATEDB. Or make the backup "
                "with --no-check."
            )
            raise BackupFailed(msg) from error
        try:
            yield name
        finally:
            with suppress(psycopg.Error):
                _drop_all(connection)


def new_name() -> str:
    """Of a database that the next one to make such a database removes, should it be left."""
    return f"{PREFIX}{secrets.token_hex(6)}"


def refuse_if_others_are_connected(conninfo: str) -> None:
    """Errors: RestoreRefused, psycopg.Error."""
    with connect(conninfo) as connection:
        row = connection.execute(_OTHERS).fetchone()
    if row is not None and row[0]:
        msg = f"{row[0]} other connections use the database. Stop every server and program that does, then try again."
        raise RestoreRefused(msg)


def take_the_place(conninfo: str, fresh: str) -> None:
    """Give `fresh` the name of the tracker's database, in one transaction. Errors: RestoreRefused, psycopg.Error.

    The old one has a name then by which it is removed.
    """
    current = database_name(conninfo)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with _maintenance(conninfo, autocommit=False) as connection:
            connection.execute(rename.format(sql.Identifier(current), sql.Identifier(new_name())))
            connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(current)))
    except psycopg.errors.ObjectInUse as error:
        msg = (
            "Somebody connected to the database meanwhile, so it was left as it is. Stop every server, then try again."
        )
        raise RestoreRefused(msg) from error


def database_name(conninfo: str) -> str:
    """Asked, since a connection string may leave it to a default."""
    with connect(conninfo) as connection:
        return connection.info.dbname


def _maintenance(conninfo: str, *, autocommit: bool = True) -> psycopg.Connection:
    """To a database that is there on every server, and is not the tracker's."""
    name = "template1" if database_name(conninfo) == "postgres" else "postgres"
    return connect(conninfo, dbname=name, autocommit=autocommit)


def _drop_all(connection: psycopg.Connection) -> None:
    left = connection.execute(_LEFT, [f"^{PREFIX}[0-9a-f]{{12}}$"])
    for (name,) in left.fetchall():
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
