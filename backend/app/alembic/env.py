"""Alembic's entry: the database of the settings, or a connection handed in by `app.core.migrations`."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app import models  # noqa: F401  imported so that every table is known to the metadata
from app.core.config import get_settings
from app.core.db import build_engine


def run_migrations(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
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
