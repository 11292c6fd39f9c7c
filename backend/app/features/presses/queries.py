"""SQL of the presses room: the statements of a batch, corrections, and the log."""

import re
from dataclasses import dataclass

from app.models import NO_DECK

_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the press path, which runs inside a message of several: `BEGIN; …; …`.

    Such a message is one round trip, but can bind no parameters. So they are written in as literals, by `messages`, into
    a call of a statement that was prepared by name: nothing is planned again. Behind a pooler, which cannot keep
    prepared statements, the SQL itself is sent.
    """

    name: str
    sql: str

    @property
    def parameters(self) -> list[str]:
        """Names, in order of their first appearance."""
        return list(dict.fromkeys(_PARAMETER.findall(self.sql)))

    @property
    def prepare(self) -> str:
        places = {name: f"${number}" for number, name in enumerate(self.parameters, start=1)}
        return f"PREPARE {self.name} AS {_PARAMETER.sub(lambda match: places[match[1]], self.sql)}"

    @property
    def execute(self) -> str:
        return f"EXECUTE {self.name} ({', '.join(f'%({name})s' for name in self.parameters)})"


# --- The press path -------------------------------------------------------------------------------------------------

# Whoever holds this row adds to the station's record. The reads must be statements of their own after it: in READ
# COMMITTED each takes a new snapshot, which then shows all that the former holder committed.
LOCK_HEAD = Statement(
    "lock_head",
    """
SELECT last_seq
FROM station_head
WHERE station_id = %(station_id)s
FOR UPDATE
""",
)

# Instants come as microseconds since 1970, which are read faster than text, whatever the session's time zone.
#
# One row for each group of presses, in order: those of one key within one second, from first_at to last_at.
#   is_key_valid     the press key still stands (always, where a person entered the press)
#   last_counted_at  of all counted presses of the button
#   is_one_version   the version that is current at last_at was so at first_at already
#   neighbours       counted presses of the button between the two, and the nearest inside the window on either side
# The version is the one that was current when the key was pressed; the first one for what was pressed before it.
READ_GROUPS = Statement(
    "read_groups",
    """
SELECT
    asked.press_key_id IS NULL OR (k.id IS NOT NULL AND k.revoked_at IS NULL) AS is_key_valid,
    (extract(epoch FROM b.retired_at) * 1000000)::bigint AS retired_at,
    w.dedup_window_ms,
    t.press_count,
    (extract(epoch FROM t.last_pressed_at) * 1000000)::bigint AS last_counted_at,
    (extract(epoch FROM d.test_mode_until) * 1000000)::bigint AS test_mode_until,
    v.number,
    v.title,
    v.number = 1 OR v.created_at <= asked.first_at AS is_one_version,
    CASE WHEN w.dedup_window_ms > 0 THEN ARRAY(
        SELECT (extract(epoch FROM near.pressed_at) * 1000000)::bigint
        FROM (
            (
                SELECT p.pressed_at
                FROM press AS p
                WHERE p.station_id = b.station_id
                  AND p.button_id = b.id
                  AND p.effective_status = 'counted'
                  AND p.pressed_at > asked.first_at - w.dedup_window_ms * interval '1 ms'
                  AND p.pressed_at < asked.first_at
                ORDER BY p.pressed_at DESC
                LIMIT 1
            )
            UNION ALL
            (
                SELECT p.pressed_at
                FROM press AS p
                WHERE p.station_id = b.station_id
                  AND p.button_id = b.id
                  AND p.effective_status = 'counted'
                  AND p.pressed_at >= asked.first_at
                  AND p.pressed_at <= asked.last_at
            )
            UNION ALL
            (
                SELECT p.pressed_at
                FROM press AS p
                WHERE p.station_id = b.station_id
                  AND p.button_id = b.id
                  AND p.effective_status = 'counted'
                  AND p.pressed_at > asked.last_at
                  AND p.pressed_at < asked.last_at + w.dedup_window_ms * interval '1 ms'
                ORDER BY p.pressed_at
                LIMIT 1
            )
        ) AS near
    ) END AS neighbours
FROM unnest(%(button_ids)s::uuid[], %(press_key_ids)s::uuid[], %(deck_ids)s::uuid[], %(first_at)s::timestamptz[],
            %(last_at)s::timestamptz[])
     WITH ORDINALITY AS asked (button_id, press_key_id, deck_id, first_at, last_at, position)
JOIN station AS s ON s.id = %(station_id)s
LEFT JOIN press_key AS k ON k.id = asked.press_key_id
LEFT JOIN button AS b ON b.station_id = s.id AND b.id = asked.button_id
CROSS JOIN LATERAL (SELECT COALESCE(b.dedup_window_ms, s.dedup_window_ms) AS dedup_window_ms) AS w
LEFT JOIN button_tally AS t ON t.station_id = s.id AND t.button_id = asked.button_id
LEFT JOIN deck AS d ON d.station_id = s.id AND d.id = asked.deck_id
LEFT JOIN LATERAL (
    SELECT number, title, created_at
    FROM button_version
    WHERE station_id = s.id
      AND button_id = asked.button_id
      AND (created_at <= asked.last_at OR number = 1)
    ORDER BY number DESC
    LIMIT 1
) AS v ON true
ORDER BY asked.position
""",
)

# What presses that came before were answered with. Found first, joined then; see LOG_ROWS.
READ_SEEN = Statement(
    "read_seen",
    """
WITH seen AS MATERIALIZED (
    SELECT *
    FROM press
    WHERE station_id = %(station_id)s
      AND id = ANY(%(known_ids)s::uuid[])
)
SELECT
    p.id, p.button_id, p.status, (extract(epoch FROM p.pressed_at) * 1000000)::bigint AS pressed_at, v.title,
    t.press_count
FROM seen AS p
JOIN button_version AS v
  ON v.station_id = p.station_id AND v.button_id = p.button_id AND v.number = p.button_version
JOIN button_tally AS t ON t.station_id = p.station_id AND t.button_id = p.button_id
""",
)

# Holds when what decides about a batch is as its process expects it to be. Each row that is asked for is a key with all
# that READ_GROUPS would tell of it, but for what cannot change (a version's title) and what follows from the rest: where
# the button's last counted press is known, and no press of the batch is older, it is the only neighbour before them.
_AS_EXPECTED = """
  AND NOT EXISTS (
      SELECT
      FROM unnest(
          %(button_ids)s::uuid[], %(press_key_ids)s::uuid[], %(deck_ids)s::uuid[], %(retired_at)s::timestamptz[],
          %(dedup_windows_ms)s::int[], %(press_counts)s::bigint[], %(last_counted_at)s::timestamptz[],
          %(test_mode_until)s::timestamptz[], %(versions)s::int[]
      ) AS e (
          button_id, press_key_id, deck_id, retired_at, dedup_window_ms, press_count, last_counted_at, test_mode_until,
          version
      )
      JOIN station AS s ON s.id = h.station_id
      LEFT JOIN press_key AS k ON k.id = e.press_key_id AND k.revoked_at IS NULL
      LEFT JOIN button AS b ON b.station_id = s.id AND b.id = e.button_id
      LEFT JOIN button_tally AS t ON t.station_id = s.id AND t.button_id = e.button_id
      LEFT JOIN deck AS d ON d.station_id = s.id AND d.id = e.deck_id
      LEFT JOIN LATERAL (
          SELECT number
          FROM button_version
          WHERE station_id = s.id
            AND button_id = e.button_id
          ORDER BY number DESC
          LIMIT 1
      ) AS v ON true
      WHERE k.id IS NULL
         OR b.retired_at IS DISTINCT FROM e.retired_at
         OR COALESCE(b.dedup_window_ms, s.dedup_window_ms) IS DISTINCT FROM e.dedup_window_ms
         OR t.press_count IS DISTINCT FROM e.press_count
         OR t.last_pressed_at IS DISTINCT FROM e.last_counted_at
         OR d.test_mode_until IS DISTINCT FROM e.test_mode_until
         OR v.number IS DISTINCT FROM e.version
  )
  AND NOT EXISTS (
      SELECT
      FROM press
      WHERE station_id = h.station_id
        AND id = ANY(%(known_ids)s::uuid[])
  )
"""

# Everything that a batch changes, in one statement; it holds the station's lock, so nothing here can collide. Nothing
# changes where `head` is empty; then no row is updated at the end, by which its sender knows.
_WRITE_BATCH = """
WITH head AS MATERIALIZED (
    SELECT h.station_id, h.last_seq
    FROM station_head AS h
    WHERE h.station_id = %(station_id)s{as_expected}
), incoming AS (
    SELECT
        head.station_id, head.last_seq + position AS seq, id, button_id, button_version, deck_id, press_key_id, status,
        channel, COALESCE(pressed_at, received_at) AS pressed_at, received_at, claimed_at, sent_at, clock_offset_ms,
        COALESCE(is_clock_suspect, false) AS is_clock_suspect, origin, note, recorded_by
    FROM head, unnest(
        %(ids)s::uuid[], %(pressed_ids)s::uuid[], %(pressed_versions)s::int[], %(pressed_deck_ids)s::uuid[],
        %(pressed_key_ids)s::uuid[], %(statuses)s::text[], %(channels)s::text[], %(pressed_at)s::timestamptz[],
        %(received_at)s::timestamptz[], %(claimed_at)s::timestamptz[], %(sent_at)s::timestamptz[],
        %(offsets_ms)s::bigint[], %(suspect)s::boolean[], %(origins)s::inet[], %(notes)s::text[],
        %(recorded_by)s::uuid[]
    ) WITH ORDINALITY AS i (
        id, button_id, button_version, deck_id, press_key_id, status, channel, pressed_at, received_at, claimed_at,
        sent_at, clock_offset_ms, is_clock_suspect, origin, note, recorded_by, position
    )
), stored AS (
    INSERT INTO press (
        station_id, seq, id, button_id, button_version, deck_id, press_key_id, status, effective_status, channel,
        pressed_at, received_at, claimed_at, sent_at, clock_offset_ms, is_clock_suspect, origin, note, recorded_by
    )
    SELECT
        station_id, seq, id, button_id, button_version, deck_id, press_key_id, status, status, channel,
        pressed_at, received_at, claimed_at, sent_at, clock_offset_ms, is_clock_suspect, origin, note, recorded_by
    FROM incoming
), tallied AS (
    UPDATE button_tally AS t
    SET press_count = t.press_count + c.press_count,
        last_pressed_at = GREATEST(t.last_pressed_at, c.last_counted_at)
    FROM (
        SELECT head.station_id, counted.*
        FROM head, unnest(%(counted_ids)s::uuid[], %(counts)s::bigint[], %(counted_at)s::timestamptz[])
            AS counted (button_id, press_count, last_counted_at)
        OFFSET 0  -- or a young table is walked for the station, and looked through for the buttons
    ) AS c
    WHERE t.station_id = c.station_id
      AND t.button_id = c.button_id
), quarters AS (
    INSERT INTO rollup_quarter AS r (station_id, button_id, quarter_start, press_count)
    SELECT station_id, button_id, date_bin('15 minutes', pressed_at, '2001-01-01Z'), count(*)
    FROM incoming
    WHERE status = 'counted'
    GROUP BY 1, 2, 3
    ON CONFLICT (station_id, button_id, quarter_start)
    DO UPDATE SET press_count = r.press_count + excluded.press_count
), hours AS (
    INSERT INTO rollup_hour AS r (station_id, button_id, hour_start, press_count)
    SELECT station_id, button_id, date_bin('1 hour', pressed_at, '2001-01-01Z'), count(*)
    FROM incoming
    WHERE status = 'counted'
    GROUP BY 1, 2, 3
    ON CONFLICT (station_id, button_id, hour_start)
    DO UPDATE SET press_count = r.press_count + excluded.press_count
), days AS (
    INSERT INTO rollup_day AS r (station_id, button_id, day, press_count)
    SELECT station_id, button_id, (pressed_at AT TIME ZONE zone)::date, count(*)
    FROM incoming, (SELECT (SELECT zone FROM station WHERE id = %(station_id)s) AS zone OFFSET 0) AS s
    WHERE status = 'counted'
    GROUP BY 1, 2, 3
    ON CONFLICT (station_id, button_id, day)
    DO UPDATE SET press_count = r.press_count + excluded.press_count
), deck_quarters AS (
    INSERT INTO rollup_deck_quarter AS r (station_id, deck_id, quarter_start, press_count)
    SELECT station_id, COALESCE(deck_id, '{no_deck}'::uuid), date_bin('15 minutes', pressed_at, '2001-01-01Z'), count(*)
    FROM incoming
    WHERE status = 'counted'
    GROUP BY 1, 2, 3
    ON CONFLICT (station_id, deck_id, quarter_start)
    DO UPDATE SET press_count = r.press_count + excluded.press_count
), deck_days AS (
    INSERT INTO rollup_deck_day AS r (station_id, deck_id, day, press_count)
    SELECT station_id, COALESCE(deck_id, '{no_deck}'::uuid), (pressed_at AT TIME ZONE zone)::date, count(*)
    FROM incoming, (SELECT (SELECT zone FROM station WHERE id = %(station_id)s) AS zone OFFSET 0) AS s
    WHERE status = 'counted'
    GROUP BY 1, 2, 3
    ON CONFLICT (station_id, deck_id, day)
    DO UPDATE SET press_count = r.press_count + excluded.press_count
), heard AS (
    INSERT INTO press_key_heard AS h (station_id, press_key_id, last_heard_at)
    SELECT head.station_id, press_key_id, max(heard_at)
    FROM head, unnest(%(heard_ids)s::uuid[], %(heard_at)s::timestamptz[]) AS k (press_key_id, heard_at)
    GROUP BY 1, 2
    ON CONFLICT (station_id, press_key_id)
    DO UPDATE SET last_heard_at = GREATEST(h.last_heard_at, excluded.last_heard_at)
)
UPDATE station_head AS h
SET last_seq = head.last_seq + %(added)s
FROM head
WHERE h.station_id = head.station_id
"""

WRITE_BATCH = Statement("write_batch", _WRITE_BATCH.format(as_expected="", no_deck=NO_DECK))

WRITE_AS_EXPECTED = Statement("write_as_expected", _WRITE_BATCH.format(as_expected=_AS_EXPECTED, no_deck=NO_DECK))

# Which button, deck and station a press key belongs to. That never changes; whether it still stands does.
FIND_KEYS = """
SELECT id, key, station_id, button_id, deck_id
FROM press_key
WHERE key = ANY(%s)
  AND revoked_at IS NULL
"""

# Each id is looked up by itself: asked for all at once in a table that was never analysed, PostgreSQL was seen to walk the
# whole station for them, so that each batch of an import took longer than the one before.
IDS_ON_RECORD = """
SELECT asked.id
FROM unnest(CAST(:ids AS uuid[])) AS asked (id)
CROSS JOIN LATERAL (
    SELECT
    FROM press
    WHERE station_id = :station_id
      AND id = asked.id
    LIMIT 1
) AS found
"""

# --- Corrections ----------------------------------------------------------------------------------------------------

ADVANCE_HEAD = """
UPDATE station_head
SET last_seq = :seq
WHERE station_id = :station_id
"""

SET_EFFECTIVE_STATUS = """
UPDATE press
SET effective_status = :status
WHERE station_id = :station_id
  AND seq = :seq
"""

# --- The log --------------------------------------------------------------------------------------------------------

# The inner query walks the record from the cursor on, newest first, by an index; the outer one filters what it meets
# and stops at a full page. So a filter that hardly ever matches costs at most `examine` rows a page.
#   200 buttons, 1,000,000 presses: index ix_press_station_id_pressed_at_seq, backward; see tests for its plan.
LOG_PAGE = """
WITH examined AS (
    SELECT p.seq, p.button_id, p.button_version, p.deck_id, p.effective_status, p.channel, p.note, p.pressed_at
    FROM press AS p
    WHERE p.station_id = :station_id
      {walk}
    ORDER BY p.pressed_at DESC, p.seq DESC
    LIMIT :examine
)
SELECT e.seq, e.pressed_at
FROM examined AS e
{join}
WHERE true
  {filters}
ORDER BY e.pressed_at DESC, e.seq DESC
LIMIT :most
"""

# Where the inner walk of LOG_PAGE ended, when it did not come to the end of the record.
LOG_EDGE = """
SELECT p.pressed_at, p.seq
FROM press AS p
WHERE p.station_id = :station_id
  {walk}
ORDER BY p.pressed_at DESC, p.seq DESC
OFFSET :examine - 1
LIMIT 1
"""

# Found first, joined then: a small table is never analysed, and PostgreSQL, which knows nothing of it, was seen to walk
# all presses of all its buttons for the few that are wanted here.
LOG_ROWS = """
WITH wanted AS MATERIALIZED (
    SELECT *
    FROM press
    WHERE station_id = :station_id
      AND seq = ANY(:seqs)
)
SELECT
    p.id, p.seq, p.effective_status AS status, p.status AS recorded_status,
    p.pressed_at, p.received_at, p.claimed_at, p.sent_at, p.clock_offset_ms, p.is_clock_suspect,
    host(p.origin) AS origin, p.channel, p.note,
    v.button_id, v.number AS button_version, v.title, v.type, v.description, v.duration, v.source,
    d.id AS deck_id, d.name AS deck_name,
    p.recorded_by AS recorder_id, u.full_name AS recorder_name, u.email AS recorder_email
FROM wanted AS p
JOIN button_version AS v
  ON v.station_id = p.station_id AND v.button_id = p.button_id AND v.number = p.button_version
LEFT JOIN deck AS d ON d.station_id = p.station_id AND d.id = p.deck_id
LEFT JOIN user_account AS u ON u.id = p.recorded_by
ORDER BY p.pressed_at DESC, p.seq DESC
"""

CORRECTIONS_OF = """
SELECT
    c.press_seq, c.seq, c.kind, c.text, c.created_at,
    c.created_by, u.full_name, u.email
FROM correction AS c
LEFT JOIN user_account AS u ON u.id = c.created_by
WHERE c.station_id = :station_id
  AND c.press_seq = ANY(:seqs)
ORDER BY c.press_seq, c.seq
"""

# Presses that are not in it stand for themselves.
CORRECTED_BETWEEN = """
SELECT seq, press_seq
FROM correction
WHERE station_id = :station_id
  AND seq > :after
  AND seq <= :upto
ORDER BY seq
"""

IMPORTED_SPANS = """
SELECT started_at, ended_at
FROM imported_span
WHERE station_id = :station_id
ORDER BY started_at
"""

WATCHES_BETWEEN = """
SELECT started_at, last_seen_at, ended_at
FROM watch
WHERE last_seen_at >= :start
  AND started_at < :end
ORDER BY started_at
"""
