"""Statistics read rollups by index, whichever way they are asked: their plans on a station with 100,000 presses, beside
a larger one that must not be read."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlmodel import Session

from app.core.db import transaction
from app.features.stats import ranking, ranking_queries, service
from app.features.stats.schemas import CalendarQuery, HeatmapQuery, TimeseriesQuery, TopQuery, UnusedQuery
from app.models import Station
from app.tests.features.stats.counted import NOW, at
from app.tests.recording import KeptDatabase, kept_database

BUTTON_COUNT = 40
COUNTED = ("press", "rollup_day", "rollup_hour", "rollup_quarter", "rollup_deck_day", "rollup_deck_quarter")

# A count for each button on each day of more than a year, and for each quarter of an hour of some hours of these days.
FILL_DAYS = """
INSERT INTO {table} (station_id, {owner}, day, press_count)
SELECT :station_id, o, d::date, 3
FROM unnest(CAST(:owners AS uuid[])) AS o, generate_series(:first_day, :last_day, interval '1 day') AS d
"""
FILL_BINS = """
INSERT INTO {table} (station_id, {owner}, {at}, press_count)
SELECT :station_id, o, q, 1
FROM unnest(CAST(:owners AS uuid[])) AS o, generate_series(:first_day, :last_day, interval '8 hours') AS q
"""
FILL_PRESSES = """
INSERT INTO press (station_id, seq, id, button_id, button_version, status, effective_status, channel, pressed_at,
                   received_at, is_clock_suspect)
SELECT :station_id, n, gen_random_uuid(), (CAST(:owners AS uuid[]))[1 + n % :owner_count], 1, 'counted', 'counted', 'get',
       :first_day + n * interval '5 minutes', :first_day + n * interval '5 minutes', false
FROM generate_series(1, 100000) AS n
"""


@pytest.fixture(scope="module")
def kept(new_database: Callable[[str], str]) -> Iterator[KeptDatabase]:
    with kept_database(new_database("tracker_stats")) as database:
        yield database


def _fill(kept: KeptDatabase, *, button_count: int) -> tuple[Station, list[UUID], list[UUID]]:
    with kept.make() as make:
        station = make.station(zone="America/New_York", created_at=at("2010-01-01"))
        buttons = [
            make.button(station=station, type=f"type {n % 3}", tags=["snow", "road", f"only {n}"]).id
            for n in range(button_count)
        ]
        decks = [make.deck(station=station, name=f"Deck {n}").id for n in range(3)]
    values = {
        "station_id": station.id,
        "first_day": NOW - timedelta(days=400),
        "last_day": NOW,
        "owner_count": button_count,
    }
    with transaction(kept.engine) as session:
        connection = session.connection()
        for owners, day, quarter, owner in (
            (buttons, "rollup_day", "rollup_quarter", "button_id"),
            (decks, "rollup_deck_day", "rollup_deck_quarter", "deck_id"),
        ):
            filled = values | {"owners": owners}
            connection.execute(text(FILL_DAYS.format(table=day, owner=owner)), filled)
            connection.execute(text(FILL_BINS.format(table=quarter, owner=owner, at="quarter_start")), filled)
        connection.execute(
            text(FILL_BINS.format(table="rollup_hour", owner="button_id", at="hour_start")),
            values | {"owners": buttons},
        )
        connection.execute(text(FILL_PRESSES), values | {"owners": buttons})
    return station, buttons, decks


@pytest.fixture(scope="module")
def old_station(kept: KeptDatabase) -> tuple[Station, list[UUID], list[UUID]]:
    found = _fill(kept, button_count=BUTTON_COUNT)
    _fill(kept, button_count=2 * BUTTON_COUNT)
    with kept.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
    return found


def a_series(**query: Any) -> Callable[[Session, Station, UUID, UUID], object]:
    return lambda session, station, _button, _deck: service.read_timeseries(
        session, station=station, query=TimeseriesQuery.model_validate(query), now=NOW
    )


YEAR: dict[str, Any] = {"start": date(2025, 3, 12)}
MONTH: dict[str, Any] = {"start": date(2026, 2, 12)}
QUESTIONS: dict[str, Callable[[Session, Station, UUID, UUID], object]] = {
    "summary": lambda s, station, _b, _d: service.read_summary(s, station=station, tz=None, now=NOW),
    "summary elsewhere": lambda s, station, _b, _d: service.read_summary(s, station=station, tz="Asia/Tokyo", now=NOW),
    **{f"a year by {by}": a_series(**YEAR, by=by) for by in ("station", "button", "type", "tag", "deck")},
    **{f"a year of {bucket}s": a_series(**YEAR, bucket=bucket) for bucket in ("week", "month")},
    "a year of a type": a_series(**YEAR, type="type 1"),
    "hours": a_series(**MONTH, bucket="hour"),
    "hours by button": a_series(**MONTH, bucket="hour", by="button"),
    "hours by tag": a_series(**MONTH, bucket="hour", by="tag"),
    "hours by deck": a_series(**MONTH, bucket="hour", by="deck"),
    "days elsewhere": a_series(**MONTH, tz="Asia/Tokyo"),
    "hours by type where clocks keep no hours": a_series(**MONTH, bucket="hour", by="type", tz="Asia/Kathmandu"),
    "two years of a button elsewhere": lambda s, station, button, _d: service.read_timeseries(
        s, station=station, query=TimeseriesQuery(start=date(2024, 3, 20), tz="Asia/Tokyo", button_id=button), now=NOW
    ),
    "two years of a deck": lambda s, station, _b, deck: service.read_heatmap(
        s, station=station, query=HeatmapQuery(start=date(2024, 3, 20), deck_id=deck), now=NOW
    ),
    "heatmap": lambda s, station, _b, _d: service.read_heatmap(s, station=station, query=HeatmapQuery(), now=NOW),
    "calendar": lambda s, station, _b, _d: service.read_calendar(s, station=station, query=CalendarQuery(), now=NOW),
    "top": lambda s, station, _b, _d: ranking.read_top(s, station=station, query=TopQuery(**YEAR), now=NOW),
    "top elsewhere": lambda s, station, _b, _d: ranking.read_top(
        s, station=station, query=TopQuery(tz="Asia/Tokyo"), now=NOW
    ),
    "unused": lambda s, station, _b, _d: ranking.read_unused(
        s, station=station, query=UnusedQuery(), skip=0, limit=50, now=NOW
    ),
    "usage": lambda s, station, button, _d: ranking.read_usage(
        s, station=station, button_id=button, recent=10, now=NOW
    ),
}


@contextmanager
def explained(connection: Connection, how: str = "") -> Iterator[list[dict[str, Any]]]:
    """The plans of all queries that run in the block, as they run; with `ANALYZE`, what came of them."""
    plans: list[dict[str, Any]] = []

    def explain(_connection: Connection, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN ({how}FORMAT JSON) {statement}", parameters)
            (plan,) = cursor.fetchone()
            plans.append((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])

    event.listen(connection, "before_cursor_execute", explain)
    yield plans
    event.remove(connection, "before_cursor_execute", explain)


def reads(plan: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """How a plan reads the tables that grow: kind of scan, index or table, and by which of its columns."""
    name = plan.get("Index Name") or plan.get("Relation Name", "")
    if any(name.endswith(table) or name.startswith(f"ix_{table}") for table in COUNTED):
        yield plan["Node Type"], name, plan.get("Index Cond", "")
    for below in plan.get("Plans", []):
        yield from reads(below)


@pytest.mark.parametrize("question", QUESTIONS)
def test_counts_are_read_by_index(
    kept: KeptDatabase, old_station: tuple[Station, list[UUID], list[UUID]], question: str
) -> None:
    station, buttons, decks = old_station
    with transaction(kept.engine) as session, explained(session.connection()) as plans:
        QUESTIONS[question](session, station, buttons[0], decks[0])

    found = [read for plan in plans for read in reads(plan)]

    if question != "unused":
        assert found
    for kind, name, condition in found:
        if kind == "Bitmap Heap Scan":
            continue  # what it reads was found by the index below it
        assert kind in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}, (kind, name)
        assert "station_id = " in condition, (kind, name, condition)
        if "pressed_at" not in name:
            assert "button_id = " in condition or "deck_id = " in condition, (kind, name, condition)


def test_the_last_uses_are_those_that_counted(
    kept: KeptDatabase, old_station: tuple[Station, list[UUID], list[UUID]]
) -> None:
    station, buttons, _ = old_station
    with transaction(kept.engine) as session, explained(session.connection()) as plans:
        values = {"station_id": station.id, "button_id": buttons[0], "most": 10}
        session.connection().execute(text(ranking_queries.RECENT_USES), values)

    assert [name for plan in plans for _, name, _ in reads(plan)] == ["ix_press_counted"]


def test_a_button_with_many_tags_is_read_once(
    kept: KeptDatabase, old_station: tuple[Station, list[UUID], list[UUID]]
) -> None:
    station, buttons, decks = old_station
    with transaction(kept.engine) as session, explained(session.connection(), "ANALYZE, ") as plans:
        QUESTIONS["a year by tag"](session, station, buttons[0], decks[0])
        QUESTIONS["hours by tag"](session, station, buttons[0], decks[0])

    assert [loops for plan in plans for loops in loops_of(plan, {"rollup_day", "rollup_hour"})] == [BUTTON_COUNT] * 2


def loops_of(plan: dict[str, Any], tables: set[str]) -> Iterator[int]:
    """How often a plan looked into these tables."""
    if plan.get("Relation Name") in tables:
        yield plan["Actual Loops"]
    for below in plan.get("Plans", []):
        yield from loops_of(below, tables)


def test_counts_are_read_from_their_index_alone(
    kept: KeptDatabase, old_station: tuple[Station, list[UUID], list[UUID]]
) -> None:
    station, buttons, decks = old_station
    with transaction(kept.engine) as session, explained(session.connection()) as plans:
        for question in (
            "heatmap",
            "two years of a deck",
            "a year by type",
            "hours by button",
            "hours by type where clocks keep no hours",
            "a year by deck",
        ):
            QUESTIONS[question](session, station, buttons[0], decks[0])

    found = {(kind, name) for plan in plans for kind, name, _ in reads(plan)}

    tables = ("rollup_hour", "rollup_quarter", "rollup_deck_quarter", "rollup_day", "rollup_deck_day")
    assert found == {("Index Only Scan", f"pk_{table}") for table in tables}


def test_a_plan_that_reads_everything_would_be_noticed(
    kept: KeptDatabase, old_station: tuple[Station, list[UUID], list[UUID]]
) -> None:
    with transaction(kept.engine) as session, explained(session.connection()) as plans:
        session.connection().execute(text("SELECT sum(press_count) FROM rollup_day"))

    assert [kind for plan in plans for kind, _, _ in reads(plan)] == ["Seq Scan"]
