"""What a database holds, asked in one snapshot: what is dumped in the same one must hold the same when restored."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.backup.archive import Contents, StationRecord
from app.core.db import APPLICATION_NAME, CONNECT_TIMEOUT_S

# Rows as text, and a timestamp that is written otherwise would be another row.
_SPELLING = "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex"
_PATIENCE = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c work_mem=64MB"

_TABLES = """
SELECT schemaname, tablename
FROM pg_tables
WHERE schemaname <> 'information_schema'
  AND schemaname !~ '^pg_'
ORDER BY 1, 2
"""

# A hash of every row as a whole, so that a column that is added later counts too; of 10,000 numbers at a time, in
# their order; of these, in theirs. One list of all hashes would end at the largest value that PostgreSQL has, 1 GB.
_RECORDS = """
WITH record AS (
    SELECT station_id, seq, 1 AS press, 0 AS correction, sha256(convert_to('press' || CAST(p AS text), 'UTF8')) AS hash
    FROM press AS p
    UNION ALL
    SELECT station_id, seq, 0, 1, sha256(convert_to('correction' || CAST(c AS text), 'UTF8'))
    FROM correction AS c
),
part AS (
    SELECT
        station_id, seq / 10000 AS number, sum(press) AS presses, sum(correction) AS corrections,
        sha256(string_agg(hash, ''::bytea ORDER BY seq)) AS hash
    FROM record
    GROUP BY 1, 2
),
whole AS (
    SELECT
        station_id, sum(presses) AS presses, sum(corrections) AS corrections,
        sha256(string_agg(hash, ''::bytea ORDER BY number)) AS hash
    FROM part
    GROUP BY 1
)
SELECT s.id::text, s.name, h.last_seq, COALESCE(w.presses, 0), COALESCE(w.corrections, 0), encode(w.hash, 'hex')
FROM station AS s
JOIN station_head AS h ON h.station_id = s.id
LEFT JOIN whole AS w ON w.station_id = s.id
ORDER BY 1
"""


def connect(conninfo: str, *, dbname: str | None = None, autocommit: bool = True) -> psycopg.Connection:
    """To the database, or to another one of its server. Errors: psycopg.Error."""
    given = str(conninfo_to_dict(conninfo).get("options") or "")
    return psycopg.connect(
        make_conninfo(conninfo, **({"dbname": dbname} if dbname else {})),
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name=APPLICATION_NAME,
        client_encoding="utf8",
        options=f"{given} {_SPELLING} {_PATIENCE}".strip(),
        prepare_threshold=None,
        autocommit=autocommit,
    )


@contextmanager
def snapshot(conninfo: str) -> Iterator[psycopg.Connection]:
    """A connection that sees one moment only, for as long as the block takes. Errors: psycopg.Error."""
    with connect(conninfo, autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


def name_of(connection: psycopg.Connection) -> str:
    """What pg_dump needs to see the same moment."""
    return str(_value(connection, sql.SQL("SELECT pg_export_snapshot()")))


def revision(connection: psycopg.Connection) -> str | None:
    """The revision of the tracker's tables; None where there are none."""
    if _value(connection, sql.SQL("SELECT to_regclass('alembic_version')")) is None:
        return None
    found = _value(connection, sql.SQL("SELECT max(version_num) FROM alembic_version"))
    return None if found is None else str(found)


def tables(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """(schema, name) of every table but PostgreSQL's own."""
    return [(str(schema), str(name)) for schema, name in connection.execute(_TABLES)]


def contents(connection: psycopg.Connection, *, revision: str) -> Contents:
    """Count and hash; a million presses take some seconds. Errors: psycopg.Error."""
    counts = {
        f"{schema}.{name}": int(
            str(_value(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))))
        )
        for schema, name in tables(connection)
    }
    stations = [
        StationRecord(
            id=id,
            name=name,
            last_seq=last_seq,
            press_count=presses,
            correction_count=corrections,
            record_hash=record_hash or "",
        )
        for id, name, last_seq, presses, corrections, record_hash in connection.execute(_RECORDS)
    ]
    return Contents(revision=revision, row_counts=counts, stations=stations)


def first_difference(expected: Contents, found: Contents) -> str | None:
    """Where two are not equal, in words; None when they are."""
    if expected.revision != found.revision:
        return f"it is of revision {found.revision}, not {expected.revision}"
    known = {each.id: each for each in found.stations}
    for station in expected.stations:
        if known.get(station.id) != station:
            return f"the record of {station.name} is another one"
    for table in sorted(expected.row_counts | found.row_counts):
        want, have = expected.row_counts.get(table, 0), found.row_counts.get(table, 0)
        if want != have:
            return f"{table} has {have:,} rows, not {want:,}"
    return None


def _value(connection: psycopg.Connection, query: sql.SQL | sql.Composed) -> object:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
