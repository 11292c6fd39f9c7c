"""Measures the way of a press against what it replaces, in one run on one machine.

    cd backend && .venv/bin/python -m benchmarks.press [--quick] [--json] [--write]

Compared are, with 1, 16 and 64 connections, on one hot button and on 100 buttons:
  press               GET /p/{key}: locked, classified, stored, tallied, rolled up, committed
  empty               an empty FastAPI route of the same server
  select_for_update   a plain SQLModel endpoint: SELECT ... FOR UPDATE, insert, count, commit, refresh
  postgres            PostgreSQL alone, given the same message with batches of as many presses as connections
Each is run in turn, again and again; figures are medians over the rounds, and ratios are medians of what each round
compares. The hot button starts with 17,520 presses behind it (an hourly spot, two years), the others with 1,752, the same
for the rival. No de-duplication window, so that every press counts and moves every tally and rollup.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import cast
from uuid import UUID

import psycopg
from psycopg import ClientCursor
from pydantic import SecretStr
from sqlmodel import SQLModel

from app.background.connections import SESSION_SETTINGS
from app.core import migrations
from app.core.config import ENV_FILE_VARIABLE, Settings
from app.core.db import build_engine, transaction
from app.core.embedded_postgres import EmbeddedPostgres
from app.core.ids import time_ordered_id
from app.features.presses import queries
from app.features.presses.batch import Batch, GroupRead, PressGroup
from app.features.presses.ingest import IncomingPress
from app.features.presses.messages import BatchStatements
from app.models import Channel, Station
from app.tests.factories import Factory
from benchmarks.load import Order, Result
from benchmarks.report import write_section
from benchmarks.rivals import RIVAL_TABLES, RIVALS_PREFIX, RivalButton
from benchmarks.server import free_port, wait_until_ready

BACKEND = Path(__file__).resolve().parent.parent
CONNECTIONS = (1, 16, 64)
HOT_HISTORY, OTHER_HISTORY, OTHER_BUTTONS = 17_520, 1_752, 100

type Figures = dict[str, dict[str, dict[str, float]]]


class Bench:
    """A database with a station and its rival's tables, and where their keys are."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.hot_key = ""
        self.keys: list[str] = []
        self.station: Station | None = None
        self._build()

    def _build(self) -> None:
        engine = build_engine(Settings(_env_file=None, database_url=SecretStr(self.conninfo)))
        migrations.upgrade_to_head(engine)
        SQLModel.metadata.create_all(engine, tables=RIVAL_TABLES)
        with transaction(engine) as session:
            make = Factory(session)
            self.station = make.station(dedup_window_ms=0)
            for number in range(OTHER_BUTTONS + 1):
                button = make.button(station=self.station, title=f"Spot {number}")
                key = make.press_key(button=button).key
                session.add(RivalButton(id=button.id, key=key, title=f"Spot {number}"))
                self.keys.append(key)
        engine.dispose()
        self.hot_key = self.keys.pop(0)
        self._add_history()

    def _add_history(self) -> None:
        """Hourly presses before now, in both shapes, through plain SQL."""
        with psycopg.connect(self.conninfo) as connection:
            connection.execute(
                """
                CREATE TEMPORARY TABLE past AS
                SELECT row_number() OVER (ORDER BY at, k.button_id) AS seq, k.station_id, k.button_id, at
                FROM press_key AS k,
                     generate_series(1, CASE WHEN k.key = %s THEN %s ELSE %s END) AS hour,
                     LATERAL (SELECT now() - hour * interval '1 hour' AS at) AS moment
                """,
                (self.hot_key, HOT_HISTORY, OTHER_HISTORY),
            )
            connection.execute(
                """
                INSERT INTO press (station_id, seq, id, button_id, button_version, status, effective_status, channel,
                                   pressed_at, received_at, is_clock_suspect)
                SELECT station_id, seq, gen_random_uuid(), button_id, 1, 'counted', 'counted', 'get', at, at, false
                FROM past
                """
            )
            connection.execute("UPDATE station_head SET last_seq = (SELECT max(seq) FROM past)")
            connection.execute(
                "INSERT INTO rival_use (id, button_id, used_at) SELECT gen_random_uuid(), button_id, at FROM past"
            )
            connection.execute(
                "UPDATE button_tally AS t SET press_count = (SELECT count(*) FROM past WHERE button_id = t.button_id)"
            )
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def count_presses(self) -> int:
        with psycopg.connect(self.conninfo) as connection:
            row = connection.execute("SELECT count(*), max(seq) FROM press").fetchone()
        assert row is not None
        assert row[0] == row[1], "seq has a gap"
        return int(row[0])


@contextmanager
def serving(conninfo: str, *, workers: int) -> Iterator[int]:
    """The measured server on a free port, run as `tracker serve` runs its workers."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.rivals:app", "--port", str(port)]
    command += [
        "--workers",
        str(workers),
        "--http",
        "app.api.one_write:OneWriteProtocol",
        "--no-access-log",
        "--no-proxy-headers",
        "--log-level",
        "warning",
    ]
    environment = os.environ | {
        ENV_FILE_VARIABLE: os.devnull,
        "DATABASE_URL": conninfo,
        "SECRET_KEY": "benchmark-" + "x" * 32,
    }
    with subprocess.Popen([*command, "--lifespan", "on"], cwd=BACKEND, env=environment) as server:
        try:
            wait_until_ready(port)
            yield port
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def measure(port: int, paths: list[str], *, connections: int, warm_up_s: float, duration_s: float) -> Result:
    order = Order("127.0.0.1", port, paths, connections, warm_up_s, duration_s)
    command = [sys.executable, "-m", "benchmarks.load"]
    run = subprocess.run(
        command, input=json.dumps(asdict(order)), capture_output=True, text=True, cwd=BACKEND, check=False
    )
    if run.returncode:
        raise SystemExit(run.stderr)
    return Result(**json.loads(run.stdout))


def measure_postgres(bench: Bench, *, batch: int, duration_s: float, is_hot: bool) -> Result:
    """What PostgreSQL alone does with the same message; the client's own work on it is done beforehand."""
    statements = BatchStatements(is_prepared=True)
    assert bench.station is not None
    with psycopg.connect(bench.conninfo, autocommit=True, cursor_factory=ClientCursor) as connection:
        for name, value in SESSION_SETTINGS.items():
            connection.execute(f"SET {name} = '{value}'")
        for statement in statements.prepare:
            connection.execute(statement)
        keys = cycle(connection.execute(queries.FIND_KEYS, ([bench.hot_key] if is_hot else bench.keys,)).fetchall())
        rows = connection.execute("SELECT button_id, press_count, last_pressed_at FROM button_tally").fetchall()
        tallies = {button_id: (count, last_counted_at) for button_id, count, last_counted_at in rows}
        latencies: list[float] = []
        began = time.perf_counter()
        while time.perf_counter() - began < duration_s:
            together = Batch([incoming(next(keys), place) for place in range(batch)], is_retry=False)
            together.take_reads([read_of(tallies, group) for group in together.groups])
            together.decide()
            message = statements.write_as_expected(bench.station.id, together, connection=connection)
            start = time.perf_counter()
            cursor = connection.execute(message)
            latencies.append(time.perf_counter() - start)
            assert [cursor.rowcount for _ in cursor.results()][-2] == 1, "not as expected"
            for button in together.buttons.values():
                tallies[button.id] = (button.press_count, button.last_counted_at)
    latencies.sort()
    return Result(
        per_second=batch * len(latencies) / sum(latencies),
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[int(len(latencies) * 0.99)] * 1000,
        answers=batch * len(latencies),
        total_answers=batch * len(latencies),
    )


def incoming(found: tuple[object, ...], place: int) -> IncomingPress:
    """A press of a key as `queries.FIND_KEYS` finds it, the batch's `place`-th."""
    key_id, key, _, button_id, _ = found
    received_at = datetime.now(UTC) + timedelta(microseconds=place)
    return IncomingPress(
        id=time_ordered_id(received_at),
        has_client_id=False,
        button_id=cast(UUID, button_id),
        press_key=cast(str, key),
        press_key_id=cast(UUID, key_id),
        deck_id=None,
        channel=Channel.GET,
        received_at=received_at,
        origin="127.0.0.1",
    )


def read_of(tallies: dict[UUID, tuple[int, datetime | None]], group: PressGroup) -> GroupRead:
    """What PostgreSQL would say of a button of the benchmark that nobody presses meanwhile."""
    press_count, last_counted_at = tallies[group.button_id]
    return GroupRead(
        is_key_valid=True,
        retired_at=None,
        dedup_window_ms=0,
        press_count=press_count,
        last_counted_at=last_counted_at,
        test_mode_until=None,
        version=1,
        title="Spot",
        is_one_version=True,
        neighbours=[],
    )


type Seen = dict[tuple[str, int], list[Result]]


def run_all(bench: Bench, port: int, *, rounds: int, warm_up_s: float, duration_s: float) -> tuple[Seen, int]:
    """Everything in turn, `rounds` times. Returns what each round saw by subject and connections, and how many presses
    were answered."""
    empty = [RIVALS_PREFIX + "empty"]
    targets = {
        "press, one hot button": [f"/p/{bench.hot_key}"],
        "empty": empty,
        "select_for_update, one hot button": [f"{RIVALS_PREFIX}select-for-update/{bench.hot_key}"],
        "press, 100 buttons": [f"/p/{key}" for key in bench.keys],
        "select_for_update, 100 buttons": [f"{RIVALS_PREFIX}select-for-update/{key}" for key in bench.keys],
    }
    seen: Seen = defaultdict(list)
    answered = 0
    for connections in CONNECTIONS:
        for _ in range(rounds):
            for name, paths in targets.items():
                result = measure(port, paths, connections=connections, warm_up_s=warm_up_s, duration_s=duration_s)
                seen[name, connections].append(result)
                answered += result.total_answers if name.startswith("press") else 0
            for is_hot in (True, False):
                name = "postgres, one hot button" if is_hot else "postgres, 100 buttons"
                result = measure_postgres(bench, batch=connections, duration_s=duration_s / 2, is_hot=is_hot)
                seen[name, connections].append(result)
                answered += result.total_answers
    return seen, answered


def medians(seen: Seen) -> Figures:
    """Medians over the rounds by subject, connections and figure."""
    figures: Figures = defaultdict(dict)
    for (name, connections), results in seen.items():
        figures[name][str(connections)] = {
            "per_second": round(statistics.median(result.per_second for result in results), 1),
            "p50_ms": round(statistics.median(result.p50_ms for result in results), 3),
            "p99_ms": round(statistics.median(result.p99_ms for result in results), 3),
        }
    return figures


def ratios(seen: Seen) -> dict[str, float]:
    """The figures that the product is held to: medians of what each round compares. A shared machine is half as fast at
    times, and two things that are measured within a second of each other suffer alike."""

    def compared(figure: str, rival: str, connections: int) -> float:
        pairs = zip(seen["press, one hot button", connections], seen[rival, connections], strict=True)
        return statistics.median(getattr(press, figure) / getattr(other, figure) for press, other in pairs)

    rival = "select_for_update, one hot button"
    return {
        "vs_empty_answer_c64": round(compared("per_second", "empty", 64), 3),
        "vs_select_for_update_c64": round(compared("per_second", rival, 64), 2),
        "p50_ms_c1": round(statistics.median(result.p50_ms for result in seen["press, one hot button", 1]), 3),
        "p50_vs_select_for_update_c1": round(compared("p50_ms", rival, 1), 3),
    }


def table(figures: Figures) -> str:
    """The figures as a Markdown table."""
    head = "| | " + " | ".join(f"c={connections}" for connections in CONNECTIONS) + " |\n|---|---|---|---|\n"
    lines = []
    for name, by_connections in figures.items():
        cells = [
            f"{value['per_second']:,.0f}/s, {value['p50_ms']:.2f}, {value['p99_ms']:.2f}"
            for value in by_connections.values()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return head + "\n".join(lines) + "\n"


def write_report(figures: Figures, held: dict[str, float]) -> None:
    held_lines = "".join(f"| `{name}` | {value} |\n" for name, value in held.items())
    body = f"{table(figures)}\n| ratio | |\n|---|---|\n{held_lines}"
    write_section("press", units="Answers a second, p50 and p99 in ms; medians.", body=body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few rounds, for a first look")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    parser.add_argument("--workers", type=int, default=1, help="worker processes of the server (default 1)")
    options = parser.parse_args()
    rounds, warm_up_s, duration_s = (3, 0.3, 0.7) if options.quick else (11, 0.3, 0.7)
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(data_dir=Path(folder) / "data") as postgres:
            bench = Bench(postgres.conninfo)
            before = bench.count_presses()
            with serving(postgres.conninfo, workers=options.workers) as port:
                seen, answered = run_all(bench, port, rounds=rounds, warm_up_s=warm_up_s, duration_s=duration_s)
            stored = bench.count_presses() - before
    if stored != answered:
        raise SystemExit(f"{answered} presses were answered, {stored} are on the record")
    figures, held = medians(seen), ratios(seen)
    print(table(figures))
    print("\n".join(f"{name}: {value}" for name, value in held.items()))
    print(f"{answered} presses were answered, and {stored} are on the record.")
    if options.write:
        write_report(figures, held)
    if options.json:
        print(json.dumps(held | {"workers": options.workers, "figures": figures}))


if __name__ == "__main__":
    main()
