"""SQL of buttons beside each other, in one station: the most used, the unused, and one among its like.

As in `queries`, each rollup is read by its primary key, and the plans noted here are of the same presses.
"""

from app.features.buttons.schemas import ButtonState
from app.features.stats.queries import TYPE_CLAUSE

_STATES = {
    ButtonState.ALL: "",
    ButtonState.ACTIVE: "AND b.retired_at IS NULL",
    ButtonState.RETIRED: "AND b.retired_at IS NOT NULL",
}


def _filters_of(state: ButtonState, *, is_of_type: bool) -> str:
    return f"{_STATES[state]} {TYPE_CLAUSE if is_of_type else ''}"


# A button's count between two places of a rollup.
_USES = """(
        SELECT sum(press_count)::bigint AS press_count
        FROM {table}
        WHERE station_id = :station_id
          AND button_id = b.id
          AND {place} >= :{start}
          AND {place} < :{end}
    )"""
_USES_IN_PART = _USES.format(table="rollup_quarter", place="quarter_start", start="part_start", end="part_end")
_USES_IN_DAYS = _USES.format(table="rollup_day", place="day", start="start_day", end="end_day")

# Each button's count over some days and over as many before. Where the days are not over, those before end as far into
# their last one, which is told by its quarters of an hour.
#   Two years, 180 active buttons: 92,503 rows by pk_rollup_day alone, 730 by pk_rollup_quarter; 14 ms.
_TOP_BUTTONS = """
SELECT *, press_count - before_count AS difference, count(*) OVER () AS button_count
FROM (
    SELECT
        b.id, v.title, v.type, b.color, b.retired_at,
        COALESCE(r.press_count, 0) AS press_count,
        COALESCE(r.before_count, 0) + COALESCE(part.press_count, 0) AS before_count
    FROM button AS b
    JOIN button_version AS v
      ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
    CROSS JOIN LATERAL (
        SELECT
            (sum(press_count) FILTER (WHERE {place} >= :start))::bigint AS press_count,
            (sum(press_count) FILTER (WHERE {place} < :before_end))::bigint AS before_count
        FROM {table}
        WHERE station_id = :station_id
          AND button_id = b.id
          AND {place} >= :before_start
          AND {place} < :end
    ) AS r
    CROSS JOIN LATERAL {uses_in_part} AS part
    WHERE b.station_id = :station_id
      {filters}
) AS counted
WHERE press_count > 0
   OR before_count > 0
ORDER BY {order}, lower(title), id
LIMIT :most
"""

_ORDERS = {
    "most": "press_count DESC, before_count DESC",
    "declining": "difference, press_count DESC",
    "rising": "difference DESC, press_count DESC",
}


def top_buttons(order: str, *, is_by_days: bool, state: ButtonState, is_of_type: bool) -> str:
    """Buttons by their use. `before_start`, `before_end`, `start` and `end` are days, or instants; `part_start` and
    `part_end` are instants."""
    table, place = ("rollup_day", "day") if is_by_days else ("rollup_quarter", "quarter_start")
    filters = _filters_of(state, is_of_type=is_of_type)
    return _TOP_BUTTONS.format(
        table=table, place=place, uses_in_part=_USES_IN_PART, filters=filters, order=_ORDERS[order]
    )


# Buttons in use that were not used lately; those that never were come first. The first use is one probe of
# ix_press_counted for each button of the page: 6 rows, 0.1 ms.
_UNUSED_BUTTONS = """
SELECT
    u.*,
    (
        SELECT p.pressed_at
        FROM press AS p
        WHERE p.station_id = :station_id
          AND p.button_id = u.id
          AND p.effective_status = 'counted'
        ORDER BY p.pressed_at
        LIMIT 1
    ) AS first_used_at
FROM (
    SELECT b.id, v.title, v.type, b.color, b.retired_at, b.created_at, t.press_count, t.last_pressed_at
    FROM button AS b
    JOIN button_version AS v
      ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
    JOIN button_tally AS t ON t.station_id = b.station_id AND t.button_id = b.id
    WHERE b.station_id = :station_id
      AND b.created_at < :since
      AND (t.last_pressed_at IS NULL OR t.last_pressed_at < :since)
      {filters}
    ORDER BY t.last_pressed_at NULLS FIRST, b.created_at, b.id
    OFFSET :skip
    LIMIT :most
) AS u
ORDER BY u.last_pressed_at NULLS FIRST, u.created_at, u.id
"""

_COUNT_UNUSED = """
SELECT count(*)
FROM button AS b
JOIN button_version AS v
  ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
JOIN button_tally AS t ON t.station_id = b.station_id AND t.button_id = b.id
WHERE b.station_id = :station_id
  AND b.created_at < :since
  AND (t.last_pressed_at IS NULL OR t.last_pressed_at < :since)
  {filters}
"""


def unused_buttons(*, state: ButtonState, is_of_type: bool) -> tuple[str, str]:
    """One page of buttons that were not used since a time, and how many there are."""
    filters = _filters_of(state, is_of_type=is_of_type)
    return _UNUSED_BUTTONS.format(filters=filters), _COUNT_UNUSED.format(filters=filters)


# The last counted uses of a button, newest first: 10 rows by ix_press_counted, 0.1 ms. That index knows no order among presses
# of one instant, so those are all taken, and put in order then; with another one, a key that is hammered inside its
# de-duplication window would have all its suppressed presses walked over.
RECENT_USES = """
SELECT p.pressed_at AS timestamp, host(p.origin) AS origin, p.id AS press_id, p.deck_id, d.name AS deck_name
FROM (
    SELECT *
    FROM press
    WHERE station_id = :station_id
      AND button_id = :button_id
      AND effective_status = 'counted'
    ORDER BY pressed_at DESC
    FETCH FIRST :most ROWS WITH TIES
) AS p
LEFT JOIN deck AS d ON d.station_id = p.station_id AND d.id = p.deck_id
ORDER BY p.pressed_at DESC, p.seq DESC
LIMIT :most
"""

TALLY = """
SELECT t.press_count, t.last_pressed_at, v.type, (
    SELECT p.pressed_at
    FROM press AS p
    WHERE p.station_id = t.station_id
      AND p.button_id = t.button_id
      AND p.effective_status = 'counted'
    ORDER BY p.pressed_at
    LIMIT 1
) AS first_used_at
FROM button AS b
JOIN button_version AS v
  ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
JOIN button_tally AS t ON t.station_id = b.station_id AND t.button_id = b.id
WHERE b.station_id = :station_id
  AND b.id = :button_id
"""

# The buttons of one type with their counts over some days, most used first; the button itself is always among them.
#   90 days, 22 buttons: 1,958 rows by pk_rollup_day alone; 0.4 ms.
_NEIGHBOURS = """
SELECT *
FROM (
    SELECT
        b.id, v.title, v.type, b.color, b.retired_at, t.last_pressed_at, COALESCE(r.press_count, 0) AS press_count
    FROM button AS b
    JOIN button_version AS v
      ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
    JOIN button_tally AS t ON t.station_id = b.station_id AND t.button_id = b.id
    CROSS JOIN LATERAL {uses_in_days} AS r
    WHERE b.station_id = :station_id
      AND lower(v.type) = lower(:type)
      AND (b.retired_at IS NULL OR b.id = :button_id)
    ORDER BY b.id = :button_id DESC, press_count DESC, lower(v.title), b.id
    LIMIT :most
) AS n
ORDER BY n.press_count DESC, lower(n.title), n.id
"""

NEIGHBOURS = _NEIGHBOURS.format(uses_in_days=_USES_IN_DAYS)
