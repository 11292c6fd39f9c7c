"""Alembic's entry: the database of the settings, or a connection handed in by `app.core.migrations`."""

from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.operations.ops import (
    CreateForeignKeyOp,
    CreateTableOp,
    DropConstraintOp,
    ExecuteSQLOp,
    MigrateOperation,
    MigrationScript,
)
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app import models  # noqa: F401  imported so that every table is known to the metadata
from app.core import triggers
from app.core.config import get_settings
from app.core.db import build_engine


def add_what_is_missed(migration: MigrationContext, _revision: Any, scripts: Iterable[MigrationScript]) -> None:
    """Put into a generated revision what autogenerate does not look for, so that a first one needs no hand."""
    # Without --autogenerate the revision is for whoever asked for it to write.
    if not getattr(context.config.cmd_opts, "autogenerate", False) or migration.connection is None:
        return
    for script in scripts:
        upgrade, downgrade = script.upgrade_ops_list[0].ops, script.downgrade_ops_list[0].ops
        add_circular_keys(upgrade, downgrade)
        add_triggers(upgrade, downgrade, migration.connection)


def add_circular_keys(upgrade: list[MigrateOperation], downgrade: list[MigrateOperation]) -> None:
    """Foreign keys that can be made only once both of two new tables are there."""
    made = [SQLModel.metadata.tables[each.table_name] for each in upgrade if isinstance(each, CreateTableOp)]
    for table in made:
        for key in table.foreign_key_constraints:
            if key.use_alter:
                upgrade.append(CreateForeignKeyOp.from_constraint(key))
                downgrade.insert(0, DropConstraintOp.from_constraint(key))


def add_triggers(upgrade: list[MigrateOperation], downgrade: list[MigrateOperation], connection: Connection) -> None:
    """Those that the database lacks."""
    for undo, statement in triggers.missing(connection):
        upgrade.append(ExecuteSQLOp(statement))
        # Triggers go before their tables do, functions after their triggers.
        downgrade.insert(len(downgrade) if undo.startswith("DROP FUNCTION") else 0, ExecuteSQLOp(undo))


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A primary key with the columns that it includes, which Alembic forgets; False leaves the rest to Alembic."""
    included = item.dialect_options["postgresql"]["include"] if kind == "primary_key" else None
    if not included:
        return False
    columns = ", ".join(repr(column.name) for column in item.columns)
    return f"sa.PrimaryKeyConstraint({columns}, name=op.f({str(item.name)!r}), postgresql_include={included!r})"


def run_migrations(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        process_revision_directives=add_what_is_missed,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql", target_metadata=SQLModel.metadata, literal_binds=True, output_buffer=None
    )
    with context.begin_transaction():
        context.run_migrations()
elif given is not None:
    run_migrations(given)
else:
    with build_engine(get_settings(), pool_size=1).connect() as own:
        run_migrations(own)
