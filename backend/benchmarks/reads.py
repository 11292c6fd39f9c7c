"""Measures what is read of a long record, and of one a tenth as long: how much slower does a page get with the years?

    cd backend && .venv/bin/python -m benchmarks.reads [--presses N] [--data-dir DIR] [--only WORD] [--json] [--write]

Both records are demos of 200 buttons over two years, made by `tracker demo`, and are read from `tracker serve` over HTTP
by a user who has logged in, one request after the other, to the one and the other in turn. Each figure is a median, after
two requests that are not counted. One button is the most used one, one deck the most used one: what takes longest.

Ten million presses take some minutes to make. With `--data-dir` they are kept there, a folder for each size, and are found
again by the next run. The calendar goes on while they lie there: what is asked of the last days is asked of those of the
record, except where the API has no words for that (summary, unused, usage).
"""

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString
from urllib.parse import urlencode

import psycopg

from app.core.config import ENV_FILE_VARIABLE
from app.core.embedded_postgres import EmbeddedPostgres
from app.features.presses.log import Position
from app.features.stats.periods import REACH_OF_ALL, REACH_OF_ONE
from benchmarks.report import write_section
from benchmarks.server import free_port, wait_until_ready

TRACKER = Path(sys.executable).parent / "tracker"
PRESSES, BUTTONS, YEARS = 10_000_000, 200, 2
EMAIL, PASSWORD = "demo@example.com", "demo-password-1"
YEAR = timedelta(days=365)
DEPTH, LAST_ROWS = 1_000_000, 100
WARM_UP = 2
# In milliseconds: what is read of days, of quarters of an hour, and of the log.
DAYS_AIM, QUARTERS_AIM, LOG_AIM = 50, 100, 20
# How much slower than on a tenth of the presses an answer may be, and still count as equally fast.
FLAT = 1.5


@dataclass(frozen=True)
class Question:
    """What is asked, and within how many milliseconds it should be answered."""

    name: str
    path: str
    aim_ms: int


@dataclass(frozen=True)
class Comparison:
    """Medians of the answers from both records, in milliseconds; of the larger one the fastest too, and its bytes."""

    name: str
    aim_ms: int
    small_ms: float
    large_ms: float
    fastest_ms: float
    answer_length: int

    @property
    def ratio(self) -> float:
        return self.large_ms / self.small_ms


@dataclass(frozen=True)
class Served:
    """A product that serves a record, and where its parts are."""

    port: int
    worker_pid: int
    conninfo: str


class Reader:
    """A user who has logged in, on one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        form = urlencode({"username": EMAIL, "password": PASSWORD})
        token = json.loads(
            self._answer("POST", "/login/access-token", form, {"Content-Type": "application/x-www-form-urlencoded"})
        )
        self._headers = {"Authorization": f"Bearer {token['access_token']}"}

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        self._connection.request(method, "/api/v1" + path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {content.decode(errors='replace')}")
        return content

    def get(self, path: str) -> bytes:
        return self._answer("GET", path, None, self._headers)


@dataclass(frozen=True)
class Facts:
    """What is asked about: the day after the record's last one, a button, a deck, and places in the log."""

    end: date
    button_id: str
    deck_id: str
    places: dict[str, Position | None]


def facts_of(conninfo: str) -> Facts:
    with psycopg.connect(conninfo) as connection:
        end, button_id, deck_id, press_count = one_row(
            connection,
            """
            SELECT
                (SELECT max(day) + 1 FROM rollup_day WHERE press_count > 0),
                (SELECT button_id FROM button_tally ORDER BY press_count DESC LIMIT 1),
                (SELECT deck_id FROM rollup_deck_day GROUP BY 1 ORDER BY sum(press_count) DESC LIMIT 1),
                (SELECT count(*) FROM press)
            """,
        )
        places = {
            "the newest": None,
            # Of the smaller record half way down, so that as many rows follow as a narrow filter may look at.
            f"{DEPTH:,} down": place_at(connection, depth=min(DEPTH, press_count // 2)),
            "the far end": place_at(connection, depth=press_count - LAST_ROWS),
        }
    return Facts(end, str(button_id), str(deck_id), places)


def place_at(connection: psycopg.Connection, *, depth: int) -> Position:
    """The place in the log that so many presses stand above."""
    query = "SELECT pressed_at, seq FROM press ORDER BY pressed_at DESC, seq DESC OFFSET %s LIMIT 1"
    return Position(*one_row(connection, query, depth))


def one_row(connection: psycopg.Connection, query: LiteralString, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row


def questions_about(facts: Facts) -> Iterator[Question]:
    yield from questions_of_stats(facts)
    yield from questions_of_log(facts)


def questions_of_stats(facts: Facts) -> Iterator[Question]:
    def ask(name: str, path: str, aim_ms: int, **parameters: object) -> Question:
        return Question(name, f"/stats/{path}?{urlencode(parameters)}", aim_ms)

    def last(span: timedelta) -> dict[str, date]:
        return {"start": facts.end - span, "end": facts.end}

    yield ask("summary", "summary", QUARTERS_AIM)
    for bucket in ("day", "week", "month"):
        for by in ("station", "button", "type", "tag", "deck"):
            name = f"a year by {bucket}, each {by}"
            yield ask(name, "timeseries", DAYS_AIM, bucket=bucket, by=by, **last(YEAR))
    for by in ("station", "button", "type", "tag", "deck"):
        yield ask(f"28 days by hour, each {by}", "timeseries", QUARTERS_AIM, bucket="hour", by=by, **last(REACH_OF_ALL))
    one = {"one button": {"button_id": facts.button_id}, "one deck": {"deck_id": facts.deck_id}}
    yield ask("heatmap of 28 days", "heatmap", QUARTERS_AIM, **last(REACH_OF_ALL))
    for name, selection in one.items():
        yield ask(f"heatmap of two years, {name}", "heatmap", QUARTERS_AIM, **selection, **last(REACH_OF_ONE))
    calendars: dict[str, dict[str, str]] = {"the station": {}, **one}
    for name, selection in calendars.items():
        yield ask(f"calendar, {name}", "calendar", DAYS_AIM, year=facts.end.year - 1, **selection)
    for order in ("most", "declining"):
        yield ask(f"top of 14 days, {order}", "top", QUARTERS_AIM, order=order, **last(timedelta(days=14)))
    yield ask("top of a year", "top", DAYS_AIM, **last(YEAR))
    yield ask("unused for 90 days", "unused", DAYS_AIM)
    yield Question("usage of one button", f"/buttons/{facts.button_id}/usage", QUARTERS_AIM)


def questions_of_log(facts: Facts) -> Iterator[Question]:
    filters: dict[str, dict[str, str]] = {
        "": {},
        ", one button": {"button_id": facts.button_id},
        ", one deck": {"deck_id": facts.deck_id},
        ", one type": {"type": "underwriting"},
        ", suppressed ones": {"status": "suppressed"},
        ", void ones": {"status": "void"},
        ", a word in a note": {"note": "paper log"},
    }
    for place, position in facts.places.items():
        cursor = {} if position is None else {"cursor": position.encode()}
        for name, parameters in filters.items():
            yield Question(f"log at {place}{name}", f"/presses/?{urlencode(parameters | cursor)}", LOG_AIM)


@contextmanager
def serving(presses: int, folder: Path) -> Iterator[Served]:
    """The product with one worker on a record of so many presses, made unless it is there."""
    with EmbeddedPostgres(data_dir=folder / f"presses-{presses}") as postgres:
        environment = os.environ | {
            ENV_FILE_VARIABLE: os.devnull,
            "DATABASE_URL": postgres.conninfo,
            "SECRET_KEY": "benchmark-" + "x" * 32,
        }
        if not is_made(postgres.conninfo):
            make(presses, environment)
        port = free_port()
        with subprocess.Popen(
            [TRACKER, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
        ) as server:
            try:
                wait_until_ready(port)
                yield Served(port, only_child_of(server.pid), postgres.conninfo)
            finally:
                server.send_signal(signal.SIGINT)
                server.wait()


def only_child_of(pid: int) -> int:
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def is_made(conninfo: str) -> bool:
    """Whether a record is there; it is committed as a whole, or not at all."""
    with psycopg.connect(conninfo) as connection:
        (is_migrated,) = one_row(connection, "SELECT to_regclass('station') IS NOT NULL")
        return bool(is_migrated and one_row(connection, "SELECT EXISTS (SELECT FROM station)")[0])


def make(presses: int, environment: dict[str, str]) -> None:
    command = [str(TRACKER), "demo", "--presses", str(presses), "--buttons", str(BUTTONS), "--years", str(YEARS)]
    began = time.monotonic()
    if subprocess.run([*command, "--password", PASSWORD], env=environment, check=False).returncode:
        raise SystemExit(f"the record of {presses:,} presses was not made")
    print(f"{presses:,} presses were made in {time.monotonic() - began:,.0f} s", file=sys.stderr)


def compare(small: Served, large: Served, *, rounds: int, only: str) -> list[Comparison]:
    """Each question to both, in turn: what else the machine does then meets both alike."""
    questions = zip(questions_about(facts_of(small.conninfo)), questions_about(facts_of(large.conninfo)), strict=True)
    readers = (Reader(small.port), Reader(large.port))
    found = []
    for of_small, of_large in questions:
        if only not in of_large.name:
            continue
        spans_ms: tuple[list[float], list[float]] = ([], [])
        for _ in range(WARM_UP + rounds):
            for reader, question, spans in zip(readers, (of_small, of_large), spans_ms, strict=True):
                began = time.perf_counter()
                answer = reader.get(question.path)
                spans.append((time.perf_counter() - began) * 1000)
        small_ms, large_ms = (statistics.median(spans[WARM_UP:]) for spans in spans_ms)
        found.append(
            Comparison(of_large.name, of_large.aim_ms, small_ms, large_ms, min(spans_ms[1]), answer_length=len(answer))
        )
    return found


def table(found: list[Comparison], *, presses: int) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"| | aim | {presses // 10:,} presses | {presses:,} presses | fastest | ratio | answer |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.name} | {each.aim_ms} | {each.small_ms:.1f} | {each.large_ms:.1f} | {each.fastest_ms:.1f} | {each.ratio:.2f} "
        f"| {each.answer_length / 1000:,.1f} kB |"
        for each in found
    ]
    return "\n".join(lines) + "\n"


def missed(found: list[Comparison]) -> list[str]:
    """What takes longer than it should, or longer with the years; a millisecond more is within what runs differ by."""
    too_long = [
        f"{each.name}: {each.large_ms:.1f} ms, not {each.aim_ms}" for each in found if each.large_ms > each.aim_ms
    ]
    growing = [
        f"{each.name}: {each.ratio:.1f} times as long with ten times the presses"
        for each in found
        if each.large_ms > FLAT * each.small_ms + 1
    ]
    return too_long + growing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--presses", type=int, default=PRESSES, help="presses of the larger record (default 10,000,000)"
    )
    parser.add_argument("--data-dir", type=Path, help="keep the records here, and take what is here already")
    parser.add_argument("--rounds", type=int, default=15, help="requests of each kind (default 15)")
    parser.add_argument("--only", default="", help="only what has this in its name")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data_dir
        if folder is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="tracker-bench-")))
            # Where this user is root, another one runs the database.
            folder.chmod(0o755)
        served = [stack.enter_context(serving(count, folder)) for count in (options.presses // 10, options.presses)]
        found = compare(*served, rounds=options.rounds, only=options.only)
    lines, not_reached = table(found, presses=options.presses), missed(found)
    print(lines)
    print("\n".join(not_reached) or "Every aim is reached.")
    if options.write:
        held = "".join(f"- {sentence}\n" for sentence in not_reached)
        write_section(
            "reads",
            units="Medians in ms, and the fastest answer of the larger record.",
            body=lines + (f"\nNot reached:\n\n{held}" if held else ""),
        )
    if options.json:
        print(json.dumps([asdict(each) for each in found]))


if __name__ == "__main__":
    main()
