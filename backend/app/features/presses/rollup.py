"""Tallies and rollups: moved with each correction, counted again where that is asked for.

Each function wants the station's head lock to be held by the caller's transaction, so that no press slips in between.
The press path moves them inside its own statement (`queries.WRITE_BATCH`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session

from app.models import NO_DECK, Press

# Buttons and decks have the same counts, each in tables of its own; whose they are is the statement's `{owner}`, and how a
# press says so its `{owner_of_press}`.

# Added or taken away; a press moves one row of each. What is taken away was added before, so its row is there; yet the
# row that is proposed must itself be one that the table could hold: PostgreSQL checks it before it looks for the other.
_MOVE_BIN = """
INSERT INTO {table} AS r (station_id, {owner}, {place}, press_count)
VALUES (:station_id, :{owner}, date_bin('{width}', :pressed_at, '2001-01-01Z'), GREATEST(:by, 0))
ON CONFLICT (station_id, {owner}, {place})
DO UPDATE SET press_count = r.press_count + :by
"""

_MOVE_DAY = """
INSERT INTO {table} AS r (station_id, {owner}, day, press_count)
SELECT s.id, :{owner}, (CAST(:pressed_at AS timestamptz) AT TIME ZONE s.zone)::date, GREATEST(:by, 0)
FROM station AS s
WHERE s.id = :station_id
ON CONFLICT (station_id, {owner}, day)
DO UPDATE SET press_count = r.press_count + :by
"""

# The last press is looked up again, since the one that is taken away may have been it.
_MOVE_TALLY = """
UPDATE {table}
SET press_count = press_count + :by,
    last_pressed_at = (
        SELECT max(pressed_at)
        FROM press
        WHERE station_id = :station_id
          AND {owner} = :{owner}
          AND effective_status = 'counted'
    )
WHERE station_id = :station_id
  AND {owner} = :{owner}
"""

_COUNT_BINS = """
SELECT
    station_id, {owner_of_press} AS {owner}, date_bin('{width}', pressed_at, '2001-01-01Z') AS place,
    count(*) AS press_count
FROM press
WHERE station_id = :station_id
  AND effective_status = 'counted'
GROUP BY 1, 2, 3
"""

_COUNT_DAYS = """
SELECT
    p.station_id, {owner_of_press} AS {owner}, (p.pressed_at AT TIME ZONE s.zone)::date AS place,
    count(*) AS press_count
FROM press AS p
JOIN station AS s ON s.id = p.station_id
WHERE p.station_id = :station_id
  AND p.effective_status = 'counted'
GROUP BY 1, 2, 3
"""

# Every button has a tally, pressed or not.
_COUNT_TALLIES = """
SELECT b.station_id, b.id AS {owner}, max(p.pressed_at) AS place, count(p.seq) AS press_count
FROM button AS b
LEFT JOIN press AS p ON p.station_id = b.station_id AND p.{owner} = b.id AND p.effective_status = 'counted'
WHERE b.station_id = :station_id
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of counts, whose they are, the column that says where a count belongs, what moves them, and what counts
    them from the presses."""

    name: str
    owner: str
    place: str
    move_template: str
    count_template: str
    # How much time a bin takes in.
    width: str = ""
    # An equality, which can be hashed: `IS NOT DISTINCT FROM` would compare every place of a button with every other.
    same_place: str = "c.place = s.place"

    @property
    def move(self) -> TextClause:
        names = {"table": self.name, "owner": self.owner, "place": self.place, "width": self.width}
        return text(self.move_template.format(**names))

    @property
    def count(self) -> str:
        of_press = f"COALESCE(deck_id, '{NO_DECK}'::uuid)" if self.owner == "deck_id" else self.owner
        return self.count_template.format(owner=self.owner, owner_of_press=of_press, width=self.width)


_DAY_TABLES = (
    _Table("rollup_day", "button_id", "day", _MOVE_DAY, _COUNT_DAYS),
    _Table("rollup_deck_day", "deck_id", "day", _MOVE_DAY, _COUNT_DAYS),
)
_TABLES = (
    *_DAY_TABLES,
    _Table("rollup_quarter", "button_id", "quarter_start", _MOVE_BIN, _COUNT_BINS, width="15 minutes"),
    _Table("rollup_deck_quarter", "deck_id", "quarter_start", _MOVE_BIN, _COUNT_BINS, width="15 minutes"),
    _Table("rollup_hour", "button_id", "hour_start", _MOVE_BIN, _COUNT_BINS, width="1 hour"),
    _Table(
        "button_tally",
        "button_id",
        "last_pressed_at",
        _MOVE_TALLY,
        _COUNT_TALLIES,
        same_place="COALESCE(c.place, '-infinity') = COALESCE(s.place, '-infinity')",
    ),
)


def move(session: Session, *, press: Press, by: int) -> None:
    """Add (`by=1`) or take away (`by=-1`) a press whose effective status has just changed."""
    values = {
        "station_id": press.station_id,
        "button_id": press.button_id,
        "deck_id": press.deck_id or NO_DECK,
        "pressed_at": press.pressed_at,
        "by": by,
    }
    for table in _TABLES:
        session.connection().execute(table.move, values)


def rebuild_days(session: Session, *, station_id: UUID, zone: str) -> None:
    """Count the days again after the station's zone changed to `zone`, which must be flushed already."""
    connection = session.connection()
    stored = connection.scalar(text("SELECT zone FROM station WHERE id = :id"), {"id": station_id})
    if stored != zone:
        msg = f"the station's zone is {stored}, not {zone}: flush it before its days are counted"
        raise ValueError(msg)
    # Millions of presses take longer than a request usually may, and zones are changed hardly ever.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    for table in _DAY_TABLES:
        _rebuild(session, station_id, table)


def rebuild(session: Session, *, station_id: UUID) -> None:
    """Count everything of a station again from its presses."""
    for table in _TABLES:
        _rebuild(session, station_id, table)


def _rebuild(session: Session, station_id: UUID, table: _Table) -> None:
    connection = session.connection()
    # Names come from the table above, never from outside.
    connection.execute(
        text(f"DELETE FROM {table.name} WHERE station_id = :station_id"),  # noqa: S608
        {"station_id": station_id},
    )
    connection.execute(
        text(f"INSERT INTO {table.name} (station_id, {table.owner}, {table.place}, press_count) {table.count}"),
        {"station_id": station_id},
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored count of a button or deck that is not what the presses say. `place` is a quarter of an hour, an hour, a day, or
    a last press."""

    table: str
    owner_id: UUID
    place: str
    stored: int | None
    counted: int | None


def differences(session: Session, *, station_id: UUID) -> list[Difference]:
    """Where tallies and rollups are not equal to a recount. A stored zero equals no count at all."""
    found = []
    for table in _TABLES:
        rows = session.connection().execute(text(_compare(table)), {"station_id": station_id})
        found += [Difference(table.name, *row) for row in rows]
    return found


def _compare(table: _Table) -> str:
    # Names come from the table above, never from outside.
    return f"""
        SELECT COALESCE(s.{table.owner}, c.{table.owner}), COALESCE(s.place, c.place)::text, s.press_count, c.press_count
        FROM (
            SELECT {table.owner}, {table.place} AS place, press_count
            FROM {table.name}
            WHERE station_id = :station_id
        ) AS s
        FULL JOIN ({table.count}) AS c
          ON c.{table.owner} = s.{table.owner} AND {table.same_place}
        WHERE COALESCE(s.press_count, 0) <> COALESCE(c.press_count, 0)
        ORDER BY 1, 2
    """  # noqa: S608
