"""Connections to PostgreSQL: an engine for requests, plain psycopg connections for the press path."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from app.core.config import Settings

CONNECT_TIMEOUT_S = 3
APPLICATION_NAME = "streamdeck-button-tracker"


def build_engine(
    settings: Settings, *, pool_size: int = 10, patience_s: int | None = None, statement_s: int | None = None
) -> Engine:
    """An engine on the configured database. Sessions run in READ COMMITTED, as the order of receipt demands.

    With `patience_s` a transaction that waits longer for a lock, or that nobody goes on with, is given up; with
    `statement_s` a statement that takes longer, which whoever asked for it has long ceased to wait for.
    """
    conninfo = settings.conninfo
    prepare_threshold = 5 if settings.prepared_statements else None
    options = "-c timezone=UTC"
    if patience_s is not None:
        options += f" -c lock_timeout={patience_s}s -c idle_in_transaction_session_timeout={patience_s}s"

    if statement_s is not None:
        options += f" -c statement_timeout={statement_s}s"

    def connect() -> psycopg.Connection:
        return psycopg.connect(
            conninfo,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name=APPLICATION_NAME,
            prepare_threshold=prepare_threshold,
            client_encoding="utf8",
            options=options,
        )

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=3,
        pool_pre_ping=True,
        # An error that nobody expected must not put hashes and press keys into the log.
        hide_parameters=True,
    )


def init_db(engine: Engine) -> None:
    """Create tables without migrations; only when the lines below are uncommented.

    Tables are made by Alembic. If you do not want to use migrations, uncomment the lines below, and comment
    `alembic upgrade head` in `scripts/prestart.sh`. Whoever calls this has imported `app.models`, so that every table is
    known to the metadata, and every trigger with them.
    """
    # from sqlmodel import SQLModel
    # SQLModel.metadata.create_all(engine)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed on a clean exit and rolled back otherwise."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
