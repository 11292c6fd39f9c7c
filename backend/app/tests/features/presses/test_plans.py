"""What grows is read by index: plans of the press path and the log, on a station with some history."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.background.connections import Connections
from app.core.db import transaction
from app.features.presses import log, queries
from app.features.presses.log import LogFilter, Position
from app.features.presses.messages import BatchStatements
from app.models import Button, Channel, PressStatus, Station
from app.tests.factories import LONG_AGO
from app.tests.recording import PATIENCE_S, KeptDatabase, PressPath, incoming, kept_database, recorded

PRESS_COUNT = 20_000
LATELY = LONG_AGO + timedelta(minutes=PRESS_COUNT - 100)

FILL = text("""
INSERT INTO press (station_id, seq, id, button_id, button_version, status, effective_status, channel, pressed_at,
                   received_at, is_clock_suspect)
SELECT :station_id, n, gen_random_uuid(), (:button_ids ::uuid[])[1 + n % 20], 1,
       s, s, 'get', :start + n * interval '1 minute', :start + n * interval '1 minute', false
FROM generate_series(1, :count) AS n, LATERAL (SELECT CASE n % 3 WHEN 0 THEN 'suppressed' ELSE 'counted' END) AS c (s)
""")


@pytest.fixture(scope="module")
def kept(new_database: Callable[[str], str]) -> Iterator[KeptDatabase]:
    """Of its own: what PostgreSQL chooses depends on whatever else is in the table."""
    with kept_database(new_database("tracker_press_plans")) as database:
        yield database


@pytest.fixture(scope="module")
def old_station(kept: KeptDatabase) -> tuple[Station, list[Button]]:
    """A station with 20 buttons and 20,000 presses, one a minute, beside others with few."""
    with kept.make() as make:
        station = make.station()
        buttons = [make.button(station=station) for _ in range(20)]
    values = {"station_id": station.id, "start": LONG_AGO, "count": PRESS_COUNT}
    with transaction(kept.engine) as session:
        session.connection().execute(FILL, values | {"button_ids": [button.id for button in buttons]})
        advance = {"station_id": station.id, "seq": PRESS_COUNT}
        session.connection().execute(text(queries.ADVANCE_HEAD), advance)
    with kept.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE press"))
    return station, buttons


# A bitmap scan names the index, but not the table.
PRESS_INDEXES = ("pk_press", "uq_press_station_id_id", "ix_press_counted", "pressed_at_seq")


def reads_of_press(plan: dict[str, Any]) -> list[str]:
    """How a plan reads the press table: `Index Scan on ix_press_counted`, `Seq Scan`."""
    reads = []
    if plan.get("Relation Name") == "press" or plan.get("Index Name", "").endswith(PRESS_INDEXES):
        index = plan.get("Index Name")
        reads.append(f"{plan['Node Type']} on {index}" if index else plan["Node Type"])
    return reads + [read for below in plan.get("Plans", []) for read in reads_of_press(below)]


LOG_FILTERS = {
    "everything": LogFilter(),
    "a day": LogFilter(start=LATELY - timedelta(days=1), end=LATELY),
    "a button": LogFilter(button_id=UUID(int=0)),
    "a status": LogFilter(status=PressStatus.VOID),
    "a channel": LogFilter(channel=Channel.MANUAL),
    "a type": LogFilter(type="psa"),
    "a note": LogFilter(note="drill"),
}


@pytest.mark.parametrize("name", LOG_FILTERS)
@pytest.mark.parametrize("is_first_page", [True, False])
def test_the_log_walks_an_index(
    kept: KeptDatabase, old_station: tuple[Station, list[Button]], name: str, is_first_page: bool
) -> None:
    station, buttons = old_station
    log_filter = LOG_FILTERS[name]
    if log_filter.button_id is not None:
        log_filter = LogFilter(button_id=buttons[3].id)
    statements: list[tuple[str, dict[str, Any]]] = []
    after = None if is_first_page else Position(LATELY, PRESS_COUNT)

    with transaction(kept.engine) as session:
        walk, values = log._walk(log_filter, after)
        values |= {"station_id": station.id, "examine": log.MAX_EXAMINED}
        filters, join, filter_values = log._filters(log_filter)
        page = queries.LOG_PAGE.format(walk=walk, join=join, filters=filters)
        statements = [(page, values | filter_values | {"most": 50}), (queries.LOG_EDGE.format(walk=walk), values)]
        plans = [
            session.connection().scalar(text(f"EXPLAIN (FORMAT JSON) {sql}"), bound)[0]["Plan"]
            for sql, bound in statements
        ]

    # A range that is smaller than a page's most may be gathered and sorted instead of walked.
    walks = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan"}
    index = "station_id_button_id_pressed_at_seq" if log_filter.button_id else "station_id_pressed_at_seq"
    for plan in plans:
        reads = reads_of_press(plan)
        assert {read.partition(" on ")[0] for read in reads} <= walks
        assert {read.partition(" on ")[2] for read in reads} - {""} == {f"ix_press_{index}"}


def test_a_page_of_the_log_reads_its_rows_by_their_numbers(
    kept: KeptDatabase, old_station: tuple[Station, list[Button]]
) -> None:
    station, _ = old_station
    values = {"station_id": station.id, "seqs": list(range(PRESS_COUNT - 50, PRESS_COUNT))}

    with transaction(kept.engine) as session:
        explain = log._with_seqs(f"EXPLAIN (FORMAT JSON) {queries.LOG_ROWS}")
        plan = session.connection().scalar(explain, values)[0]["Plan"]

    assert reads_of_press(plan) == ["Index Scan on pk_press"]


async def explain(kept: KeptDatabase, query: str, values: dict[str, Any], *, is_prepared: bool) -> list[str]:
    """How the press path's own connection would read the press table for a query."""
    settings = kept.settings.model_copy(update={"prepared_statements": is_prepared})
    connections = Connections(settings, size=1, prepare=BatchStatements(is_prepared=is_prepared).prepare)
    until = asyncio.get_running_loop().time() + PATIENCE_S
    async with connections.connection(until=until) as connection:
        cursor = await connection.execute(f"EXPLAIN (FORMAT JSON) {query}", values)
        row = await cursor.fetchone()
    await connections.close()
    assert row is not None
    return reads_of_press(row[0][0]["Plan"])


@pytest.mark.parametrize("is_prepared", [True, False])
async def test_a_batch_looks_up_neighbours_by_index(
    kept: KeptDatabase, old_station: tuple[Station, list[Button]], is_prepared: bool
) -> None:
    station, buttons = old_station
    query = queries.READ_GROUPS.execute if is_prepared else queries.READ_GROUPS.sql
    values = {
        "station_id": station.id,
        "button_ids": [button.id for button in buttons] * 10,
        "press_key_ids": [None] * 200,
        "deck_ids": [None] * 200,
        "first_at": [LATELY] * 200,
        "last_at": [LATELY] * 200,
    }

    reads = await explain(kept, query, values, is_prepared=is_prepared)

    assert {read.partition(" on ")[2] for read in reads} == {"ix_press_counted"}
    assert len(reads) == 3


def tally_reads(plan: dict[str, Any]) -> list[str]:
    own = [plan.get("Index Cond", "")] if plan.get("Relation Name") == "button_tally" and "Index Name" in plan else []
    return own + [read for below in plan.get("Plans", []) for read in tally_reads(below)]


async def test_a_batch_moves_tallies_by_button_also_where_the_table_is_young(
    new_database: Callable[[str], str],
) -> None:
    with kept_database(new_database("tracker_young")) as young:
        with young.make() as make:
            station = make.station()
            key = make.press_key(button=make.button(station=station))
        path = PressPath(young.settings)
        await path.record(station.id, [incoming(key)])
        until = asyncio.get_running_loop().time() + PATIENCE_S
        plans = []
        async with path.connections.connection(until=until) as connection:
            for statement in (queries.WRITE_BATCH, queries.WRITE_AS_EXPECTED):
                nothing = ", ".join(
                    {"station_id": f"'{station.id}'", "added": "0"}.get(name, "'{}'") for name in statement.parameters
                )
                cursor = await connection.execute(
                    f"EXPLAIN (FORMAT JSON) EXECUTE {statement.name} ({nothing})".encode()
                )
                row = await cursor.fetchone()
                assert row is not None
                plans.append(row[0][0]["Plan"])
        await path.close()

    for plan in plans:
        conditions = tally_reads(plan)
        assert conditions
        assert all("station_id =" in each and "button_id =" in each for each in conditions), conditions


@pytest.mark.parametrize("is_prepared", [True, False])
async def test_presses_that_came_before_are_found_by_their_ids(
    kept: KeptDatabase, old_station: tuple[Station, list[Button]], is_prepared: bool
) -> None:
    station, _ = old_station
    query = queries.READ_SEEN.execute if is_prepared else queries.READ_SEEN.sql
    values = {"station_id": station.id, "known_ids": [uuid4() for _ in range(200)]}

    reads = await explain(kept, query, values, is_prepared=is_prepared)

    assert {read.partition(" on ")[2] for read in reads} - {""} == {"uq_press_station_id_id"}
    assert "Seq Scan" not in reads


async def test_a_batch_on_a_long_record_answers_at_once(
    kept: KeptDatabase, path: PressPath, old_station: tuple[Station, list[Button]]
) -> None:
    station, buttons = old_station
    with kept.make() as make:
        key = make.press_key(button=buttons[0])
    received_at = LONG_AGO + timedelta(minutes=2 * PRESS_COUNT)
    presses = [incoming(key, id=uuid4(), received_at=received_at) for _ in range(200)]
    await path.record(station.id, presses[:1])

    async with asyncio.timeout(5):
        outcomes = recorded(await path.record(station.id, presses))

    assert [each.status for each in outcomes].count(PressStatus.COUNTED) == 1
