"""The original's database: what it must have, and its rows as text and instants. It is only ever read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql
from psycopg.rows import dict_row

from app.original.people_rules import RawUser
from app.original.rules import RawButton, RawRetirement, RawUse

CONNECT_TIMEOUT_S = 10
# Uses that are brought in one transaction; presses of the station wait while they are written.
USES_AT_ONCE = 1_000

# Far more than the original's columns hold; what stands in another one's must not fill the memory.
MAX_TEXT_LENGTH = 20_000

USER, BUTTON, USE, RETIREMENT = "user", "button", "buttonuse", "buttonretirement"
REQUIRED = {
    USER: ("id", "email", "hashed_password"),
    BUTTON: ("id", "title", "retired_at"),
    USE: ("id", "button_id", "timestamp"),
    RETIREMENT: ("id", "button_id", "retired_at", "unretired_at"),
}
INSTANTS = {BUTTON: ("created_at", "retired_at"), USE: ("timestamp",), RETIREMENT: ("retired_at", "unretired_at")}

# The tables of that name that a query without a schema means, and what their columns are of.
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = ANY(ARRAY(SELECT to_regclass(quote_ident(name))::oid FROM unnest(%s::text[]) AS name))
"""
_WITHOUT_ZONE = "timestamp without time zone"
_WITH_ZONE = "timestamp with time zone"


class OriginalUnreadable(Exception):
    """The database cannot be read, or is no such installation's; the message says why, and never repeats its address."""


@contextmanager
def open_original(url: str) -> Iterator["Original"]:
    """The installation at this address, as it is now: what is recorded there meanwhile is for the next run.

    Raises OriginalUnreadable.
    """
    with _connect(url) as connection:
        yield Original(connection, _columns(connection))


@contextmanager
def _reading() -> Iterator[None]:
    """Around what is asked of the original, so that its errors are not taken for those of the tracker's database."""
    try:
        yield
    except psycopg.Error as error:
        msg = f"The original's database cannot be read: {_first_line(error)}"
        raise OriginalUnreadable(msg) from error
    except UnicodeDecodeError as error:
        raise OriginalUnreadable("The original's database holds text that is not UTF-8.") from error


def _connect(url: str) -> Connection[dict[str, Any]]:
    # As the template writes it for SQLAlchemy.
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        connection = psycopg.connect(
            plain, connect_timeout=CONNECT_TIMEOUT_S, client_encoding="utf8", row_factory=dict_row
        )
    except psycopg.ProgrammingError:
        # Its words would repeat a part of the address, which holds a password.
        msg = "That is no address of a PostgreSQL database: it looks like postgresql://user:password@host:5432/name."
        raise OriginalUnreadable(msg) from None
    except psycopg.OperationalError as error:
        raise OriginalUnreadable(f"The original's database does not answer: {_first_line(error)}") from None
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _columns(connection: Connection[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Types of the columns of each table. Raises OriginalUnreadable, naming all that is missing."""
    found: dict[str, dict[str, str]] = {table: {} for table in REQUIRED}
    with _reading():
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        rows = connection.execute(_COLUMNS, (list(REQUIRED),)).fetchall()
    for row in rows:
        found[row["relname"]][row["attname"]] = row["format_type"]
    missing = [_missing(table, found[table]) for table in REQUIRED]
    if any(missing):
        sentences = " ".join(each for each in missing if each)
        raise OriginalUnreadable(f"This is not the database of a streamdeck-buttons installation. {sentences}")
    return found


def _missing(table: str, columns: Mapping[str, str]) -> str:
    if not columns:
        return f'It has no table "{table}".'
    absent = [name for name in REQUIRED[table] if name not in columns]
    if absent:
        return f'Its table "{table}" has no column {", ".join(absent)}.'
    timeless = [
        name for name in INSTANTS.get(table, ()) if name in columns and columns[name] not in (_WITHOUT_ZONE, _WITH_ZONE)
    ]
    return f'In its table "{table}" {", ".join(timeless)} is no time.' if timeless else ""


@dataclass(frozen=True)
class Original:
    """An installation, in one snapshot. Columns that only some versions had may be missing."""

    connection: Connection[dict[str, Any]]
    columns: Mapping[str, Mapping[str, str]]

    def users(self) -> Iterator[RawUser]:
        """By id."""
        text = self._texts(USER, "id", "email", "hashed_password", "full_name", "is_active", "is_superuser")
        for row in self._rows(USER, text, order="id"):
            is_active, is_superuser = row.pop("is_active"), row.pop("is_superuser")
            yield RawUser(**row, is_active=is_active in (None, "true"), is_superuser=is_superuser == "true")

    def buttons(self) -> Iterator[RawButton]:
        """By id."""
        names = ("id", "title", "type", "description", "duration", "source", "created_by", "usage_count")
        columns = self._texts(BUTTON, *names) | self._instants(BUTTON)
        columns["is_retired"] = sql.SQL("retired_at IS NOT NULL")
        for row in self._rows(BUTTON, columns, order="id"):
            yield RawButton(**(row | {"usage_count": _whole(row["usage_count"])}))

    def retirements(self) -> Iterator[RawRetirement]:
        """By their beginning."""
        columns = self._texts(RETIREMENT, "id", "button_id", "created_by") | self._instants(RETIREMENT)
        columns["is_open"] = sql.SQL("unretired_at IS NULL")
        for row in self._rows(RETIREMENT, columns, order="retired_at"):
            yield RawRetirement(**row)

    def uses(self) -> Iterator[list[RawUse]]:
        """By their time, some at once."""
        columns = self._texts(USE, "id", "button_id", "origin")
        columns |= {"at": self._instant(USE, "timestamp"), "said_at": _as_text("timestamp")}
        query = self._select(USE, columns, order="timestamp")
        with _reading(), self.connection.cursor("uses") as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(USES_AT_ONCE):
                yield [RawUse(**row) for row in rows]

    def count_uses(self) -> int:
        """How many there are, to tell how far one has come."""
        with _reading():
            row = self.connection.execute("SELECT count(*) AS count FROM buttonuse").fetchone()
        return int(row["count"]) if row else 0

    def _rows(self, table: str, columns: Mapping[str, sql.Composable], *, order: str) -> Iterator[dict[str, Any]]:
        with _reading():
            rows = self.connection.execute(self._select(table, columns, order=order)).fetchall()
        yield from rows

    def _select(self, table: str, columns: Mapping[str, sql.Composable], *, order: str) -> sql.Composed:
        selected = (sql.SQL("{} AS {}").format(column, sql.Identifier(name)) for name, column in columns.items())
        return sql.SQL("SELECT {} FROM {} ORDER BY {}, id").format(
            sql.SQL(", ").join(selected), sql.Identifier(table), sql.Identifier(order)
        )

    def _texts(self, table: str, *names: LiteralString) -> dict[str, sql.Composable]:
        """Columns as text, whatever they are; null where this version has none."""
        known = self.columns[table]
        return {name: _as_text(name) if name in known else sql.SQL("NULL::text") for name in names}

    def _instants(self, table: str) -> dict[str, sql.Composable]:
        return {name: self._instant(table, name) for name in INSTANTS[table]}

    def _instant(self, table: str, name: str) -> sql.Composable:
        """A time, in UTC where it has no zone; null where Python's calendar does not have it."""
        type_ = self.columns[table].get(name)
        if type_ is None:
            return sql.SQL("NULL::timestamptz")
        # The bounds come first: what lies beyond cannot be moved into a zone either.
        column = sql.Identifier(name)
        instant = sql.SQL("{} AT TIME ZONE 'UTC'").format(column) if type_ == _WITHOUT_ZONE else column
        return sql.SQL("CASE WHEN {0} >= '0001-01-02' AND {0} < '9999-12-31' THEN {1} END").format(column, instant)


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0


def _as_text(name: str) -> sql.Composable:
    return sql.SQL("left({}::text, {})").format(sql.Identifier(name), sql.Literal(MAX_TEXT_LENGTH))


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
