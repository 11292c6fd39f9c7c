"""The schema as PostgreSQL has it: what the migrations make is what the models say, and it distributes by station."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session, SQLModel

from app import models
from app.core import migrations
from app.core.db import build_engine
from app.core.embedded_postgres import EmbeddedPostgres
from app.models import NO_DECK, PressStatus
from app.tests.catalogue import definitions
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO, Factory

# Small, and read before a station is known, or belonging to none: a copy on every node.
REFERENCE_TABLES = {
    "user_account",
    "login_session",
    "login_counter",
    "login_address",
    "station",
    "press_key",
    "round",
    "account_link",
    "invitation",
    "watch",
    "job",
    "public_url",
    "api_token",
}
# Not of the product's own.
OTHER_TABLES = {"alembic_version"}


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """A database without tables."""
    name = sql.Identifier("tracker_schema")
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        engine = build_engine(settings_for(make_conninfo(postgres.conninfo, dbname="tracker_schema")))
        yield engine
        engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {}").format(name))


def alembic(connection: Connection) -> Config:
    config = migrations.alembic_config()
    config.attributes["connection"] = connection
    return config


def relations(connection: Connection) -> set[str]:
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    return set(connection.scalars(text(query)))


def test_the_migrations_make_what_the_models_say(empty: Engine) -> None:
    with empty.begin() as connection:
        command.upgrade(alembic(connection), "head")
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
        command.check(alembic(connection))


def test_the_newest_migration_can_be_undone_and_done_again(empty: Engine) -> None:
    with empty.begin() as connection:
        command.upgrade(alembic(connection), "head")
        before = definitions(connection)
        command.downgrade(alembic(connection), "-1")
        command.upgrade(alembic(connection), "head")

        assert definitions(connection) == before


def test_counts_of_decks_are_made_of_what_is_on_the_record(empty: Engine) -> None:
    with empty.begin() as connection:
        command.upgrade(alembic(connection), "head")
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            make = Factory(session)
            station = make.station(zone="America/New_York")
            button = make.button(station=station)
            key = make.press_key(button=button, deck=make.deck(station=station))
            for press_key, status in ((key, PressStatus.COUNTED), (key, PressStatus.TEST), (None, PressStatus.COUNTED)):
                make.press(button=button, press_key=press_key, status=status)
            session.commit()

        command.downgrade(alembic(connection), "1bb26d648236")
        command.upgrade(alembic(connection), "head")

        quarters = "SELECT deck_id, quarter_start, press_count FROM rollup_deck_quarter ORDER BY deck_id"
        days = "SELECT deck_id, day::text, press_count FROM rollup_deck_day ORDER BY deck_id"
        assert connection.execute(text(quarters)).all() == [(NO_DECK, LONG_AGO, 1), (key.deck_id, LONG_AGO, 1)]
        assert connection.execute(text(days)).all() == [(NO_DECK, "2025-12-31", 1), (key.deck_id, "2025-12-31", 1)]

        command.downgrade(alembic(connection), "5e0c7a41b9d2")
        assert connection.execute(text(quarters)).all() == [(key.deck_id, LONG_AGO, 1)]
        assert connection.execute(text(days)).all() == [(key.deck_id, "2025-12-31", 1)]


def test_undoing_every_migration_leaves_nothing_behind(empty: Engine) -> None:
    with empty.begin() as connection:
        command.upgrade(alembic(connection), "head")
        command.downgrade(alembic(connection), "base")

        assert relations(connection) <= {"alembic_version", "alembic_version_pkc"}
        functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        assert list(connection.scalars(text(functions))) == []


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory.from_config(migrations.alembic_config()).get_heads()) == 1


def test_servers_that_start_at_once_migrate_one_after_the_other(empty: Engine) -> None:
    with ThreadPoolExecutor() as pool:
        for each in [pool.submit(migrations.upgrade_to_head, empty) for _ in range(3)]:
            each.result()

    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


UNIQUE_KEYS = """
SELECT t.relname, i.relname,
       ARRAY(
           SELECT a.attname
           FROM unnest(x.indkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = k.attnum
           ORDER BY k.position
       )
FROM pg_index AS x
JOIN pg_class AS t ON t.oid = x.indrelid
JOIN pg_class AS i ON i.oid = x.indexrelid
WHERE t.relnamespace = 'public'::regnamespace
  AND x.indisunique
"""

FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, c.conname, c.confrelid::regclass::text,
       ARRAY(
           SELECT a.attname
           FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
           ORDER BY k.position
       ),
       ARRAY(
           SELECT a.attname
           FROM unnest(c.confkey) WITH ORDINALITY AS k (attnum, position)
           JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.attnum
           ORDER BY k.position
       )
FROM pg_constraint AS c
WHERE c.contype = 'f'
  AND c.connamespace = 'public'::regnamespace
"""


def obstacles(connection: Connection) -> list[str]:
    """What keeps the schema from being distributed by `station_id`, in sentences."""
    tables = set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
    distributed = tables - REFERENCE_TABLES - OTHER_TABLES
    found = []
    keyed = set()
    for table, index, columns in connection.execute(text(UNIQUE_KEYS)):
        keyed.add(table)
        if table in distributed and columns[:1] != ["station_id"]:
            found.append(f"{table}: {index} is unique without station_id in front")
    found += [f"{table}: has no key" for table in distributed - keyed]
    for table, name, target, columns, targets in connection.execute(text(FOREIGN_KEYS)):
        if table in REFERENCE_TABLES and target in distributed:
            found.append(f"{table}: {name} leads from a reference table to {target}")
        elif (
            table in distributed and target in distributed and (columns[0], targets[0]) != ("station_id", "station_id")
        ):
            found.append(f"{table}: {name} leads to {target} without station_id in front")
    return sorted(found)


def test_every_table_distributes_by_station(connection: Connection) -> None:
    assert obstacles(connection) == []


def test_reference_tables_are_tables() -> None:
    assert {table.name for table in SQLModel.metadata.tables.values()} >= REFERENCE_TABLES
    assert models.PressKey.__tablename__ in REFERENCE_TABLES


BAD_TABLES: list[tuple[str, str]] = [
    ("CREATE TABLE bad (id int PRIMARY KEY)", "bad: bad_pkey is unique without station_id in front"),
    (
        "CREATE TABLE bad (id int, station_id uuid, PRIMARY KEY (id, station_id))",
        "bad: bad_pkey is unique without station_id in front",
    ),
    ("CREATE TABLE bad (station_id uuid)", "bad: has no key"),
    (
        "CREATE TABLE bad (station_id uuid, id int, name text UNIQUE, PRIMARY KEY (station_id, id))",
        "bad: bad_name_key is unique without station_id in front",
    ),
    (
        "CREATE TABLE bad (station_id uuid, id int, name text, PRIMARY KEY (station_id, id));"
        "CREATE UNIQUE INDEX bad_name ON bad (lower(name))",
        "bad: bad_name is unique without station_id in front",
    ),
    (
        "CREATE UNIQUE INDEX bad ON deck (name) WHERE name <> ''",
        "deck: bad is unique without station_id in front",
    ),
    (
        "CREATE TABLE bad (station_id uuid, deck_station_id uuid, deck_id uuid, PRIMARY KEY (station_id, deck_id),"
        " CONSTRAINT bad_deck FOREIGN KEY (deck_station_id, deck_id) REFERENCES deck (station_id, id))",
        "bad: bad_deck leads to deck without station_id in front",
    ),
    (
        "ALTER TABLE press_key ADD CONSTRAINT bad FOREIGN KEY (station_id, button_id) REFERENCES button (station_id, id)",
        "press_key: bad leads from a reference table to button",
    ),
]


@pytest.mark.parametrize(("statement", "obstacle"), BAD_TABLES)
def test_a_table_that_would_not_distribute_is_found(connection: Connection, statement: str, obstacle: str) -> None:
    for each in statement.split(";"):
        connection.execute(text(each))

    assert obstacles(connection) == [obstacle]


GOOD_TABLES = [
    "CREATE TABLE good (station_id uuid REFERENCES station, id int, PRIMARY KEY (station_id, id))",
    "CREATE TABLE good (station_id uuid, deck_id uuid, user_id uuid REFERENCES user_account, PRIMARY KEY (station_id),"
    " FOREIGN KEY (station_id, deck_id) REFERENCES deck)",
    "CREATE INDEX good ON deck (name)",
]


@pytest.mark.parametrize("statement", GOOD_TABLES)
def test_a_table_that_distributes_is_let_pass(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))

    assert obstacles(connection) == []
