"""A database as mdrxy/streamdeck-buttons makes it: its tables as its migrations leave them, and rows to fill them with."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

TABLES = """
CREATE TABLE "user" (
    email varchar(255) NOT NULL, is_active boolean NOT NULL, is_superuser boolean NOT NULL, full_name varchar(255),
    id uuid NOT NULL PRIMARY KEY, hashed_password varchar NOT NULL
);
CREATE UNIQUE INDEX ix_user_email ON "user" (email);
CREATE TABLE button (
    type varchar(50) NOT NULL, title varchar(255) NOT NULL, description varchar(255), usage_count integer NOT NULL,
    duration integer, source varchar(255), retired_at timestamp, id uuid NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000' REFERENCES "user" (id) ON DELETE SET DEFAULT
);
CREATE INDEX ix_button_id ON button (id);
CREATE TABLE buttonuse (
    id uuid NOT NULL PRIMARY KEY, button_id uuid NOT NULL REFERENCES button (id) ON DELETE CASCADE,
    timestamp timestamp NOT NULL, origin varchar(255)
);
CREATE TABLE buttonretirement (
    id uuid NOT NULL PRIMARY KEY, button_id uuid NOT NULL REFERENCES button (id) ON DELETE CASCADE,
    retired_at timestamp NOT NULL, unretired_at timestamp,
    created_by uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000' REFERENCES "user" (id) ON DELETE SET DEFAULT
);
"""

# Whatever the checks of the program that wrote it kept out can be in a database that somebody has worked on by hand.
WITHOUT_RULES = """
ALTER TABLE buttonuse DROP CONSTRAINT buttonuse_button_id_fkey;
ALTER TABLE buttonuse ALTER timestamp DROP NOT NULL, ALTER button_id DROP NOT NULL;
ALTER TABLE buttonretirement DROP CONSTRAINT buttonretirement_button_id_fkey;
ALTER TABLE buttonretirement ALTER retired_at DROP NOT NULL;
ALTER TABLE button DROP CONSTRAINT button_created_by_fkey;
ALTER TABLE button ALTER title DROP NOT NULL, ALTER type DROP NOT NULL, ALTER duration TYPE text,
    ALTER title TYPE text, ALTER created_at DROP NOT NULL;
ALTER TABLE "user" ALTER email DROP NOT NULL, ALTER hashed_password DROP NOT NULL;
"""

# Over three years, on buttons of quite different use; the last one was never pressed.
MANY_USES = """
INSERT INTO buttonuse (id, button_id, timestamp, origin)
SELECT
    gen_random_uuid(), ids[1 + floor(random() ^ 2 * (cardinality(ids) - 1))::int],
    timestamp '2023-03-31 00:00' + n * interval '1 s' * (86400 * 1000.0 / %(many)s) + random() * interval '600 ms',
    CASE n %% 3 WHEN 0 THEN '192.0.2.7' WHEN 1 THEN '2001:db8::1' END
FROM generate_series(0, %(many)s - 1) AS n, (SELECT array_agg(id ORDER BY id) AS ids FROM button) AS b;
UPDATE button SET usage_count = (SELECT count(*) FROM buttonuse WHERE button_id = button.id);
"""


class Installation:
    """The other program's database, and what it does to it."""

    def __init__(self, conninfo: str, url: str) -> None:
        self.conninfo = conninfo
        self.url = url

    def run(self, statements: str, **values: object) -> None:
        with psycopg.connect(self.conninfo) as connection, psycopg.ClientCursor(connection) as cursor:
            cursor.execute(statements.encode(), values or None)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.conninfo, options="-c timezone=UTC") as connection:
            return connection.execute(query.encode()).fetchall()

    def user(
        self, email: str | None, *, id: UUID | None = None, hashed_password: str | None = "x", **fields: object
    ) -> UUID:
        user_id = id or uuid4()
        known: dict[str, object] = {"is_active": True, "is_superuser": False, "full_name": None}
        self._insert("user", id=user_id, email=email, hashed_password=hashed_password, **(known | fields))
        return user_id

    def button(self, created_by: UUID, title: str | None = "Hug", **fields: object) -> UUID:
        button_id = uuid4()
        known: dict[str, object] = {"type": "PSA", "usage_count": 0}
        self._insert("button", id=button_id, created_by=created_by, title=title, **(known | fields))
        return button_id

    def use(self, button_id: UUID | None, at: str | None, *, origin: str | None = None) -> UUID:
        use_id = uuid4()
        self._insert("buttonuse", id=use_id, button_id=button_id, timestamp=at, origin=origin)
        return use_id

    def retirement(self, button_id: UUID, start: str | None, end: str | None, *, by: UUID) -> None:
        self._insert(
            "buttonretirement", id=uuid4(), button_id=button_id, retired_at=start, unretired_at=end, created_by=by
        )

    def _insert(self, table: str, **fields: object) -> None:
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, fields)),
            sql.SQL(", ").join(map(sql.Placeholder, fields)),
        )
        with psycopg.connect(self.conninfo) as connection:
            connection.execute(query, fields)


@contextmanager
def installation(conninfo: str, name: str) -> Iterator[Installation]:
    """An empty one, on the server that `conninfo` leads to, for as long as the block."""
    identifier = sql.Identifier(name)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} STRATEGY FILE_COPY").format(identifier))
        mine = make_conninfo(conninfo, dbname=name)
        made = Installation(mine, mine)
        made.run(TABLES)
        yield made
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
