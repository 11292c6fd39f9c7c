"""SQL of the stats room. Every question is asked within one station, of its rollups.

Each rollup is read by its primary key: for each owner (a button, a deck) the range of its days or quarters. `OFFSET 0`
keeps it so: joined in one go, the planner would read what all stations have. The plans are kept by
app/tests/features/stats/test_plans.py; those noted here are of ten million presses of 200 buttons over two years, with
PostgreSQL 18 on two cores, 2026-11-26.
"""

from dataclasses import dataclass
from typing import Any

from app.features.stats.periods import Bucket
from app.features.stats.schemas import Grouping, Selection
from app.models import NO_DECK

# --- Whose counts ------------------------------------------------------------------------------------------------------

# The buttons that are asked about, and the series that each belongs to. Type and tags are those of today: a rollup does not
# know what a button was when it was pressed.
_BUTTONS = """
    SELECT b.id AS owner_id, {key} AS key, {title} AS title
    FROM button AS b
    JOIN button_version AS v
      ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
    {tags}
    WHERE b.station_id = :station_id
      {filters}
"""

_DECKS = """
    SELECT d.id AS owner_id, {key} AS key, {title} AS title
    FROM deck AS d
    WHERE d.station_id = :station_id
      {filters}
"""

# Every press of a station is one of its decks or of none, and these are few: counts of the station are read from theirs.
_STATION = """
    SELECT id AS owner_id, 'station' AS key, '' AS title
    FROM deck
    WHERE station_id = :station_id
    UNION ALL
    SELECT CAST(:no_deck AS uuid), 'station', ''
"""

_TAGS = "CROSS JOIN LATERAL unnest(b.tags) AS t (tag)"
# Key and title of a series. Of several spellings of a type or tag, one stands for all.
_OF_BUTTONS = {
    Grouping.STATION: ("'station'", "''"),
    Grouping.BUTTON: ("b.id::text", "v.title"),
    Grouping.TYPE: ("lower(v.type)", "min(v.type) OVER (PARTITION BY lower(v.type))"),
    Grouping.TAG: ("lower(t.tag)", "min(t.tag) OVER (PARTITION BY lower(t.tag))"),
}
_OF_DECKS = {
    Grouping.STATION: ("'station'", "''"),
    Grouping.DECK: ("d.id::text", "d.name"),
}

_OF_ONE = frozenset({Grouping.BUTTON, Grouping.DECK})

BUTTON_CLAUSE = "AND b.id = :button_id"
TYPE_CLAUSE = "AND lower(v.type) = lower(:type)"
TAG_CLAUSE = "AND EXISTS (SELECT FROM unnest(b.tags) AS given (tag) WHERE lower(given.tag) = lower(:tag))"
DECK_CLAUSE = "AND d.id = :deck_id"


@dataclass(frozen=True)
class Owners:
    """Whose rollups a question reads: the query that names them, its values, and the tables that they are in."""

    query: str
    values: dict[str, Any]
    days: str
    quarters: str
    hours: str | None
    id_column: str

    def bins(self, *, keep_hours: bool) -> tuple[str, str]:
        """The table that tells about parts of days, and its column. `keep_hours`: no hour, UTC, is to be cut."""
        return (self.hours, "hour_start") if keep_hours and self.hours else (self.quarters, "quarter_start")


def owners_of(selection: Selection, by: Grouping = Grouping.STATION) -> Owners:
    """Buttons, or decks where these or the whole station are asked about, each with the series that it belongs to."""
    values = {name: value for name, value in selection.model_dump(include=set(Selection.model_fields)).items() if value}
    if selection.deck_id is not None or by is Grouping.DECK:
        key, title = _OF_DECKS[by]
        query = _DECKS.format(key=key, title=title, filters=DECK_CLAUSE if selection.deck_id else "")
        return Owners(query, values, "rollup_deck_day", "rollup_deck_quarter", None, "deck_id")
    if by is Grouping.STATION and not values:
        return Owners(_STATION, {"no_deck": NO_DECK}, "rollup_deck_day", "rollup_deck_quarter", None, "deck_id")
    clauses = {"button_id": BUTTON_CLAUSE, "type": TYPE_CLAUSE, "tag": TAG_CLAUSE}
    filters = "\n      ".join(clauses[name] for name in values)
    key, title = _OF_BUTTONS[by]
    query = _BUTTONS.format(key=key, title=title, tags=_TAGS if by is Grouping.TAG else "", filters=filters)
    return Owners(query, values, "rollup_day", "rollup_quarter", "rollup_hour", "button_id")


# --- Where a bucket begins ---------------------------------------------------------------------------------------------

# Also has this transaction's statements planned for the values that they are given: a plan for any values, which PostgreSQL
# takes to after a few runs, reads a year as it reads a day, and was seen to take half as long again. And gives them room for
# the quarters of an hour of 28 days, which else go by way of the disk.
LOCAL_TIME = """
SELECT CAST(:at AS timestamptz) AT TIME ZONE :zone, set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('work_mem', '16MB', true)
"""

INSTANTS = """
SELECT local AT TIME ZONE :zone
FROM unnest(CAST(:locals AS timestamp[])) WITH ORDINALITY AS l (local, position)
ORDER BY position
"""

# The instant at which each of these days begins in a zone. Midnight itself will not do: clocks may skip it, or show it twice.
DAY_EDGES = """
SELECT CASE
    WHEN midnight AT TIME ZONE :zone = day
     AND ((midnight - interval '15 minutes') AT TIME ZONE :zone)::date < day
    THEN midnight
    ELSE (
        SELECT min(q)
        FROM generate_series(midnight - interval '1 hour', midnight + interval '1 hour', interval '15 minutes') AS q
        WHERE (q AT TIME ZONE :zone)::date >= day
    )
END
FROM (
    SELECT day, position, day::timestamp AT TIME ZONE :zone AS midnight
    FROM unnest(CAST(:days AS date[])) WITH ORDINALITY AS d (day, position)
) AS midnights
ORDER BY position
"""

# Each hour that the clocks of a zone show between two instants, and how they show it. A repeated hour is one of its own;
# where clocks move by half an hour, the repeated half belongs to the hour that it repeats.
HOUR_EDGES = """
SELECT q AS starts_at, to_char(local, 'YYYY-MM-DD HH24:MI') AS label
FROM (
    SELECT q, q AT TIME ZONE :zone AS local, (q - interval '15 minutes') AT TIME ZONE :zone AS local_before
    FROM generate_series(CAST(:start AS timestamptz), CAST(:end AS timestamptz), interval '15 minutes') AS q
    WHERE q < CAST(:end AS timestamptz)
) AS quarters
WHERE q = CAST(:start AS timestamptz)
   OR extract(minute FROM local) = 0
   OR date_trunc('hour', local) <> date_trunc('hour', local_before)
ORDER BY q
"""

# --- Series ------------------------------------------------------------------------------------------------------------

# In which bucket a day lies, counted from the first one; a week's first day is a Monday.
_PLACES_OF_DAYS = {
    Bucket.DAY: "{at} - CAST(:start_day AS date)",
    Bucket.WEEK: "({at} - CAST(:start_day AS date)) / 7",
    Bucket.MONTH: """(
            12 * (extract(year FROM {at}) - extract(year FROM CAST(:start_day AS date)))
            + extract(month FROM {at}) - extract(month FROM CAST(:start_day AS date))
        )::int""",
}
_PLACE_OF_BIN = "width_bucket({at}, CAST(:edges AS timestamptz[])) - 1"

_IN_DAYS = """
        WHERE station_id = :station_id
          AND {owner}
          AND day >= :start_day
          AND day < :end_day
"""
_IN_BINS = """
        WHERE station_id = :station_id
          AND {owner}
          AND {at} >= :start
          AND {at} < :end
"""

# Series that stand for one button or deck each: the totals of all, then the counts of the largest.
#   A year of days, 200 buttons: 58,534 rows by pk_rollup_day alone, then 3,650 of ten buttons; 9 ms.
#   28 days of hours: 85,248 rows by pk_rollup_hour alone, then 5,956; 24 ms.
_SERIES_OF_EACH = """
WITH largest AS MATERIALIZED (
    SELECT o.owner_id, o.key, o.title, COALESCE(t.total, 0) AS total, count(*) OVER () AS series_count
    FROM ({owners}) AS o
    CROSS JOIN LATERAL (
        SELECT sum(press_count)::bigint AS total
        FROM {table}
        {range}
    ) AS t
    ORDER BY total DESC, lower(o.title), o.key
    LIMIT :most
)
SELECT o.key, o.title, o.total, c.places, c.counts, o.series_count
FROM largest AS o
CROSS JOIN LATERAL (
    SELECT array_agg(place ORDER BY place) AS places, array_agg(press_count ORDER BY place) AS counts
    FROM (
        SELECT {place} AS place, sum(press_count)::bigint AS press_count
        FROM {table}
        {range}
        GROUP BY place
    ) AS by_place
) AS c
ORDER BY o.total DESC, lower(o.title), o.key
"""

# Series that several buttons share. A button may be in several, having several tags, and is read once all the same: buttons
# that are in the same series are read together, their days or hours are added up (a set at a time, since what is added up for
# all at once is too much for a processor's cache), then handed to each series, by its number, and put into buckets.
#   A year of days by tag: 57,455 rows by pk_rollup_day alone, each button once; 18 ms.
#   28 days of hours by type: 85,248 rows by pk_rollup_hour alone; 23 ms. Of the station: 5,555 rows by pk_rollup_deck_quarter
#   alone; 4 ms.
_SHARED_SERIES = """
WITH named AS MATERIALIZED ({owners}), series AS MATERIALIZED (
    SELECT key, min(title) AS title, row_number() OVER ()::int AS number
    FROM named
    GROUP BY key
), sets AS MATERIALIZED (
    SELECT numbers, array_agg(owner_id) AS owner_ids
    FROM (
        SELECT n.owner_id, array_agg(s.number ORDER BY s.number) AS numbers
        FROM named AS n
        JOIN series AS s ON s.key = n.key
        GROUP BY n.owner_id
    ) AS owners
    GROUP BY numbers
), counted AS (
    SELECT number, {place} AS place, sum(r.press_count) AS press_count
    FROM sets AS o
    CROSS JOIN LATERAL (
        SELECT {at} AS at, sum(press_count)::bigint AS press_count
        FROM {table}
        {range}
        GROUP BY {at}
    ) AS r
    CROSS JOIN LATERAL unnest(o.numbers) AS n (number)
    GROUP BY 1, 2
)
SELECT s.key, s.title, COALESCE(c.total, 0)::bigint AS total, c.places, c.counts, count(*) OVER () AS series_count
FROM series AS s
LEFT JOIN (
    SELECT
        number, sum(press_count) AS total,
        array_agg(place ORDER BY place) AS places, array_agg(press_count::bigint ORDER BY place) AS counts
    FROM counted
    GROUP BY number
) AS c ON c.number = s.number
ORDER BY total DESC, lower(s.title), s.key
LIMIT :most
"""


def series_by_days(owners: Owners, by: Grouping, bucket: Bucket) -> str:
    """The largest series from days of the station's own zone; those without any presses are the smallest."""
    return _series(owners, by, table=owners.days, rows=_IN_DAYS, at="day", place=_PLACES_OF_DAYS[bucket])


def series_by_bins(owners: Owners, by: Grouping, *, keep_hours: bool) -> str:
    """The largest series from hours, where these are cut nowhere, or quarters of them, in buckets between `edges`."""
    table, at = owners.bins(keep_hours=keep_hours)
    return _series(owners, by, table=table, rows=_IN_BINS, at=at, place=_PLACE_OF_BIN)


def _series(owners: Owners, by: Grouping, *, table: str, rows: str, at: str, place: str) -> str:
    names = {"owners": owners.query, "table": table, "at": at}
    if by in _OF_ONE:
        names["range"] = rows.format(owner=f"{owners.id_column} = o.owner_id", at=at)
        return _SERIES_OF_EACH.format(place=place.format(at=at), **names)
    names["range"] = rows.format(owner=f"{owners.id_column} = ANY(o.owner_ids)", at=at)
    return _SHARED_SERIES.format(place=place.format(at="r.at"), **names)


# Whether each hour, UTC, between two instants is an hour by the clocks of the zone, which are changed once a day at the most.
KEEPS_HOURS = """
SELECT date_bin('1 hour', CAST(:start AS timestamptz), '2001-01-01Z') = CAST(:start AS timestamptz)
   AND bool_and(date_part('minute', at AT TIME ZONE :zone) = 0)
FROM (
    SELECT generate_series(CAST(:start AS timestamptz), CAST(:end AS timestamptz), interval '1 day') AS at
    UNION ALL
    SELECT date_bin('1 hour', CAST(:end AS timestamptz), '2001-01-01Z')
) AS sampled
"""

# Weekday (Monday is 0) and hour of each hour or quarter of one, as clocks of the zone show them.
#   28 days of the station: 5,555 rows by pk_rollup_deck_quarter alone, 4 ms; of a type: 30,180 by pk_rollup_hour alone, 9 ms.
#   Two years of one button: 15,607 rows likewise, 12 ms.
_HEATMAP = """
WITH owners AS MATERIALIZED ({owners})
SELECT date_part('isodow', local)::int - 1 AS weekday, date_part('hour', local)::int AS hour,
       sum(press_count)::bigint AS press_count
FROM (
    SELECT r.at AT TIME ZONE :zone AS local, {count} AS press_count
    FROM owners AS o
    CROSS JOIN LATERAL (
        SELECT {at} AS at, press_count
        FROM {table}
        {range}
        OFFSET 0
    ) AS r
    {group}
) AS gathered
GROUP BY 1, 2
"""


def heatmap_of(owners: Owners, *, is_one: bool, keep_hours: bool) -> str:
    """Counts by weekday and hour between two instants. Of several owners bins are gathered first; one has each once."""
    count, group = ("r.press_count", "") if is_one else ("sum(r.press_count)", "GROUP BY r.at")
    table, at = owners.bins(keep_hours=keep_hours)
    rows = _IN_BINS.format(owner=f"{owners.id_column} = o.owner_id", at=at)
    return _HEATMAP.format(owners=owners.query, table=table, at=at, range=rows, count=count, group=group)


# --- One number --------------------------------------------------------------------------------------------------------

# Counted presses of the station in parts of days: the quarters of an hour that are over, and what was pressed in the one
# that was under way.
#   Three parts, 200 buttons: 602 rows by pk_rollup_deck_quarter alone, 192 by ix_press_counted; 3 ms.
COUNT_PARTS = """
SELECT (
    SELECT COALESCE(sum(r.press_count), 0)
    FROM ({decks}) AS o
    CROSS JOIN LATERAL (
        SELECT press_count
        FROM rollup_deck_quarter
        WHERE station_id = :station_id
          AND deck_id = o.owner_id
          AND quarter_start >= part.starts_at
          AND quarter_start < date_bin('15 minutes', part.ends_at, '2001-01-01Z')
        OFFSET 0
    ) AS r
) + (
    SELECT COALESCE(sum(p.press_count), 0)
    FROM button AS b
    CROSS JOIN LATERAL (
        SELECT count(*) AS press_count
        FROM press
        WHERE station_id = :station_id
          AND button_id = b.id
          AND effective_status = 'counted'
          AND pressed_at >= date_bin('15 minutes', part.ends_at, '2001-01-01Z')
          AND pressed_at < part.ends_at
    ) AS p
    WHERE b.station_id = :station_id
)
FROM unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
    WITH ORDINALITY AS part (starts_at, ends_at, position)
ORDER BY position
""".replace("{decks}", _STATION)

COUNT_ALL = """
SELECT COALESCE(sum(press_count), 0)::bigint
FROM button_tally
WHERE station_id = :station_id
"""
