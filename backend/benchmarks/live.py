"""Measures how long after its answer a press comes to those who follow its station live.

    cd backend && .venv/bin/python -m benchmarks.live [--quick] [--write]

100 readers of one station, spread by chance over 4 workers, while presses of 100 buttons come at random moments, a
given number of them a second, over 4 connections. Measured is from the moment at which a press's 200 has arrived,
which says that it is committed, to the moment at which its event has arrived at a reader: for each press, 100 times.
An event that was there before the answer counts as 0. Every reader must get every press once.
"""

import argparse
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from pydantic import SecretStr

from app.core import security
from app.core.config import Settings
from app.core.db import build_engine, transaction
from app.core.embedded_postgres import EmbeddedPostgres
from app.models import LoginSession
from app.tests.factories import Factory
from benchmarks.load import is_whole
from benchmarks.press import BACKEND, Bench, serving
from benchmarks.readers import READERS_OF_LOGIN, Arrivals, ReadersOrder
from benchmarks.report import write_section

WORKERS, READERS, CONNECTIONS = 4, 100, 4
RATES = (5, 50, 200)
LOGIN_LIFE = timedelta(hours=1)
# Events of the last presses are still on their way when those are answered.
PATIENCE_S = 3.0
# What the 95th percentile is held to, at each rate.
AIM_MS = 100


@dataclass(frozen=True)
class Figures:
    """Milliseconds from the answer to the event."""

    presses: int
    p50_ms: float
    p95_ms: float
    max_ms: float


def log_in(bench: Bench, *, count: int) -> list[str]:
    """Tokens of as many members of the station, signed with the secret of the measured server."""
    settings = Settings(_env_file=None, database_url=SecretStr(bench.conninfo))
    engine = build_engine(settings)
    now = datetime.now(UTC)
    with transaction(engine) as session:
        make = Factory(session)
        # So many that none of them has more readers than one may have.
        users = [make.user() for _ in range(count)]
        for user in users:
            make.member(station=bench.station, user=user)
        logins = [LoginSession(user_id=user.id, created_at=now, expires_at=now + LOGIN_LIFE) for user in users]
        session.add_all(logins)
    engine.dispose()
    secret = "benchmark-" + "x" * 32
    return [
        security.encode_access_token(secret, session_id=login.id, user_id=login.user_id, now=now, life=LOGIN_LIFE)
        for login in logins
    ]


@contextmanager
def reading(order: ReadersOrder) -> Iterator[subprocess.Popen[str]]:
    """Readers in a process of their own, all of which have begun."""
    command = [sys.executable, "-m", "benchmarks.readers"]
    with subprocess.Popen(command, cwd=BACKEND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as readers:
        assert readers.stdin is not None
        assert readers.stdout is not None
        try:
            print(json.dumps(asdict(order)), file=readers.stdin, flush=True)
            if readers.stdout.readline().strip() != "ready":
                raise SystemExit("the readers did not begin")
            yield readers
        finally:
            readers.kill()


def press_for(duration_s: float, *, port: int, keys: list[str], rate: float) -> dict[str, float]:
    """Press at random moments, `rate` of them a second. Returns when each press was answered, by its id."""
    lines = cycle([socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)])
    paths = cycle([f"/p/{key}" for key in keys])
    answered: dict[str, float] = {}
    due = began = time.monotonic()
    while due < began + duration_s:
        time.sleep(max(0.0, due - time.monotonic()))
        line = next(lines)
        line.sendall(f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        received = b""
        while not is_whole(received):
            received += line.recv(8192)
        now = time.monotonic()
        answered[json.loads(received.partition(b"\r\n\r\n")[2])["press_id"]] = now
        due += random.expovariate(rate)
    for _ in range(CONNECTIONS):
        next(lines).close()
    return answered


def measure(bench: Bench, order: ReadersOrder, *, rate: float, duration_s: float) -> Figures:
    with reading(order) as readers:
        press_for(1.0, port=order.port, keys=bench.keys, rate=rate)
        answered = press_for(duration_s, port=order.port, keys=bench.keys, rate=rate)
        time.sleep(PATIENCE_S)
        output, _ = readers.communicate("\n")
    arrivals = Arrivals(**json.loads(output)).by_press
    incomplete = [press for press in answered if len(arrivals.get(press, [])) != READERS]
    if incomplete:
        raise SystemExit(f"{len(incomplete)} of {len(answered)} presses did not come once to each reader")
    delays = sorted(max(0.0, at - answered[press]) * 1000 for press in answered for at in arrivals[press])
    return Figures(
        presses=len(answered),
        p50_ms=round(delays[len(delays) // 2], 1),
        p95_ms=round(delays[int(len(delays) * 0.95)], 1),
        max_ms=round(delays[-1], 1),
    )


def table(figures: dict[int, Figures]) -> str:
    """The figures as a Markdown table."""
    head = "| presses a second | presses | p50 | p95 | max |\n|---|---|---|---|---|\n"
    lines = [
        f"| {rate} | {each.presses:,} | {each.p50_ms} | {each.p95_ms} | {each.max_ms} |\n"
        for rate, each in figures.items()
    ]
    return head + "".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few seconds each, for a first look")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    options = parser.parse_args()
    duration_s = 4.0 if options.quick else 20.0
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(data_dir=Path(folder) / "data") as postgres:
            bench = Bench(postgres.conninfo)
            tokens = log_in(bench, count=READERS // READERS_OF_LOGIN)
            with serving(postgres.conninfo, workers=WORKERS) as port:
                order = ReadersOrder("127.0.0.1", port, "/api/v1/stream", tokens)
                figures = {rate: measure(bench, order, rate=rate, duration_s=duration_s) for rate in RATES}
    print(table(figures))
    is_reached = all(each.p95_ms < AIM_MS for each in figures.values())
    print(f"The aim, a p95 below {AIM_MS} ms, is {'reached' if is_reached else 'missed'}.")
    if options.write:
        write_section("live", units=f"{WORKERS} workers, {READERS} readers; ms.", body=table(figures))


if __name__ == "__main__":
    main()
