"""Measures exports of a long record, and of one a tenth as long: how fast they are, and whether memory grows with them.

    cd backend && .venv/bin/python -m benchmarks.export [--presses N] [--data-dir DIR] [--json] [--write]

Both records are demos of 200 buttons over two years, made by `tracker demo` as for `benchmarks.reads`, whose folders
`--data-dir` shares. Each is exported whole, as CSV and as JSON Lines, from a `tracker serve` of one worker that was started
for it, over HTTP, by a client that takes all that comes and counts the rows. The kernel says how much memory the worker has
had at most (VmHWM in /proc, so on Linux only); the mark is set back before each export.

Meanwhile a key is pressed, one press after the other with a hundredth of a second between them, and before that with
nothing else to do: what do those who press feel of an export?
"""

import argparse
import http.client
import json
import statistics
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psycopg

from benchmarks.reads import EMAIL, PASSWORD, Served, one_row, serving
from benchmarks.report import write_section

PRESSES = 1_000_000
FORMATS = ("csv", "jsonl")
LINE_END = {"csv": b"\r\n", "jsonl": b"\n"}
PIECE_BYTES = 256 * 1024
PRESS_PAUSE_S = 0.01
ALONE_S = 5.0
# How much more memory ten times the rows may take, in MB, and still count as none: what one run differs from the next by.
FLAT_MB = 8.0


@dataclass(frozen=True)
class Figure:
    """An export: its size, its speed, the worker's memory in MB before and at most, and presses meanwhile in ms."""

    rows: int
    megabytes: float
    rows_per_second: float
    memory_before_mb: float
    memory_peak_mb: float
    press_p50_ms: float
    press_p99_ms: float


@dataclass(frozen=True)
class Figures:
    """Exports of one record by their format, and presses with nothing else to do in ms."""

    exports: dict[str, Figure]
    press_p50_ms: float
    press_p99_ms: float


class Memory:
    """What a process holds in memory, as the kernel counts it."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def forget_peak(self) -> None:
        (self._folder / "clear_refs").write_text("5")

    def now_mb(self) -> float:
        return self._read("VmRSS")

    def peak_mb(self) -> float:
        return self._read("VmHWM")

    def _read(self, name: str) -> float:
        for line in (self._folder / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return round(int(line.split()[1]) / 1024, 1)
        raise SystemExit(f"the kernel does not tell {name}")


class Presser(threading.Thread):
    """Presses one key again and again until told to stop, and notes how long each press took."""

    def __init__(self, port: int, key: str) -> None:
        super().__init__(daemon=True)
        self._port, self._key = port, key
        self._is_over = threading.Event()
        self._spans_ms: list[float] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self._is_over.wait(PRESS_PAUSE_S):
            began = time.perf_counter()
            connection.request("GET", f"/p/{self._key}")
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"a press was answered {answer.status}")
            self._spans_ms.append((time.perf_counter() - began) * 1000)
        connection.close()

    def stop(self) -> tuple[float, float]:
        """Median and 99th percentile in milliseconds."""
        self._is_over.set()
        self.join()
        cuts = statistics.quantiles(self._spans_ms, n=100)
        return round(statistics.median(self._spans_ms), 2), round(cuts[98], 2)


def measure(presses: int, folder: Path) -> Figures:
    with serving(presses, folder) as served:
        with psycopg.connect(served.conninfo) as connection:
            (key,) = one_row(connection, "SELECT key FROM press_key WHERE revoked_at IS NULL ORDER BY id LIMIT 1")
        alone = Presser(served.port, key)
        alone.start()
        time.sleep(ALONE_S)
        p50_ms, p99_ms = alone.stop()
        exports = {each: measure_export(served, key, form=each) for each in FORMATS}
    return Figures(exports, p50_ms, p99_ms)


def measure_export(served: Served, key: str, *, form: str) -> Figure:
    with psycopg.connect(served.conninfo) as database:
        (expected,) = one_row(database, "SELECT count(*) FROM press")
    # First: to check a password takes more memory than an export.
    headers = {"Authorization": f"Bearer {access_token(served.port)}"}
    memory = Memory(served.worker_pid)
    memory.forget_peak()
    memory_before_mb = memory.now_mb()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    presser = Presser(served.port, key)
    began = time.perf_counter()
    connection.request("GET", f"/api/v1/presses/export.{form}", headers=headers)
    answer = connection.getresponse()
    # Not before: of what is pressed from now on nothing belongs to the export.
    presser.start()
    size, line_count = taken(answer, LINE_END[form])
    span_s = time.perf_counter() - began
    p50_ms, p99_ms = presser.stop()
    rows = line_count - (form == "csv")
    if rows != expected:
        raise SystemExit(f"{rows:,} rows were exported, {expected:,} are on the record")
    return Figure(rows, round(size / 1e6, 1), round(rows / span_s), memory_before_mb, memory.peak_mb(), p50_ms, p99_ms)


def access_token(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    form = urlencode({"username": EMAIL, "password": PASSWORD})
    connection.request(
        "POST", "/api/v1/login/access-token", form, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    token: str = json.load(connection.getresponse())["access_token"]
    connection.close()
    return token


def taken(answer: http.client.HTTPResponse, line_end: bytes) -> tuple[int, int]:
    """How many bytes came, and how many lines."""
    if answer.status != 200:
        raise SystemExit(f"an export was answered {answer.status}")
    size, line_count, rest = 0, 0, b""
    while piece := answer.read(PIECE_BYTES):
        size += len(piece)
        line_count += (rest + piece).count(line_end)
        rest = b"\r" if piece.endswith(b"\r") else b""
    return size, line_count


def table(small: Figures, large: Figures) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| | rows | MB | rows a second | memory before | memory at most | a press: p50 | p99 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for figures in (small, large):
        lines.append(f"| no export | | | | | | {figures.press_p50_ms:.2f} | {figures.press_p99_ms:.2f} |")
        for name, each in figures.exports.items():
            lines.append(
                f"| {name} | {each.rows:,} | {each.megabytes:,.1f} | {each.rows_per_second:,.0f} "
                f"| {each.memory_before_mb:.1f} | {each.memory_peak_mb:.1f} "
                f"| {each.press_p50_ms:.2f} | {each.press_p99_ms:.2f} |"
            )
    return "\n".join(lines) + "\n"


def growth_mb(small: Figures, large: Figures) -> float:
    """How much more memory the larger record takes."""
    return round(max(large.exports[each].memory_peak_mb - small.exports[each].memory_peak_mb for each in FORMATS), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presses", type=int, default=PRESSES, help="presses of the larger record (default 1,000,000)")
    parser.add_argument("--data-dir", type=Path, help="keep the records here, and take what is here already")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data_dir
        if folder is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="tracker-bench-")))
            # Where this user is root, another one runs the database.
            folder.chmod(0o755)
        small = measure(options.presses // 10, folder)
        large = measure(options.presses, folder)
    lines, growth = table(small, large), growth_mb(small, large)
    verdict = (
        f"Ten times the rows took {growth:.1f} MB more at most; up to {FLAT_MB:.0f} are within what runs differ by."
    )
    print(lines)
    print(verdict)
    if options.write:
        write_section("export", units="Memory in MB, presses in ms.", body=f"{lines}\n{verdict}\n")
    if options.json:
        print(json.dumps({"growth_mb": growth, "small": asdict(small), "large": asdict(large)}))


if __name__ == "__main__":
    main()
