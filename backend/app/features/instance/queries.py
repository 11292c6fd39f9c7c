"""SQL about all of the instance: what its stations amount to, and how its database is."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, func, select

from app.features.audit.actions import Action
from app.models import NO_STATION, Station

# The page first, then what each of its stations amounts to: a tally is one row for each button, and never the record.
STATIONS = """
SELECT
    s.id, s.name, s.purpose, s.zone, s.call_sign, s.community, s.created_at,
    (
        SELECT count(*)
        FROM member AS m
        WHERE m.station_id = s.id
    ) AS member_count,
    t.press_count,
    t.last_pressed_at
FROM (
    SELECT *
    FROM station
    ORDER BY name, id
    OFFSET :skip
    LIMIT :limit
) AS s
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(press_count), 0)::bigint AS press_count, max(last_pressed_at) AS last_pressed_at
    FROM button_tally
    WHERE station_id = s.id
) AS t
ORDER BY s.name, s.id
"""


def list_stations(session: Session, *, skip: int, limit: int) -> list[Row[Any]]:
    """One page of all stations, by name, with what they amount to."""
    return list(session.connection().execute(text(STATIONS), {"skip": skip, "limit": limit}))


def count_stations(session: Session) -> int:
    """How many stations there are."""
    return session.exec(select(func.count()).select_from(Station)).one()


# A process is one that has given a sign of life lately, and has not said that it ends.
FACTS = """
SELECT
    current_setting('server_version') AS server_version,
    pg_database_size(current_database()) AS size_bytes,
    (
        SELECT max(version_num)
        FROM alembic_version
    ) AS revision,
    (
        SELECT count(*)
        FROM job
    ) AS waiting_job_count,
    (
        SELECT created_at
        FROM audit_event
        WHERE station_id = :no_station
          AND action = :backup_made
        ORDER BY created_at DESC, id DESC
        LIMIT 1
    ) AS last_backup_at,
    w.process_count,
    w.recording_since
FROM (
    SELECT count(*) AS process_count, min(started_at) AS recording_since
    FROM watch
    WHERE last_seen_at >= :alive_since
      AND ended_at IS NULL
) AS w
"""


def read_facts(session: Session, *, alive_since: datetime) -> Row[Any]:
    """What the database knows of itself and of the processes that use it."""
    values = {"no_station": NO_STATION, "backup_made": Action.BACKUP_MADE, "alive_since": alive_since}
    return session.connection().execute(text(FACTS), values).one()
