"""Databases to back up and to restore into, and what is in them."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from alembic import command
from psycopg import sql

from app.backup import scratch, service, snapshot
from app.backup.archive import Contents
from app.backup.service import Database, Made
from app.core import migrations
from app.core.db import build_engine
from app.core.postgres_binaries import find_binaries
from app.core.postgres_cluster import choose_user
from app.models import CorrectionKind
from app.tests.conftest import settings_for
from app.tests.recording import NOW, KeptDatabase, PressPath, incoming, kept_database

ODD_NOTE = "naïve 'quotes' \"and\" \\backslash\\ \t tab, two\nlines, 🎛 and \x01, NULL \\N \\."
# Emptied by a restore: everybody logs in again, and no mail goes out twice.
NOT_KEPT = ("login_session", "account_link", "job")


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


def downgrade(database: Database) -> None:
    """By one revision, as an earlier version of the program left it."""
    engine = build_engine(database.settings)
    with engine.begin() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    engine.dispose()
