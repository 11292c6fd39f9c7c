"""Measures whether the time of an answer tells which addresses have an account.

    cd backend && .venv/bin/python -m benchmarks.login_time [--tries N] [--seed N]

A `tracker serve` of one worker is started for it, on a data directory of its own, with the limiter off. The address of its
one account and one that nobody has are tried with a wrong password, in random order; and a new password is asked for
by both alike. Printed are the medians, and by how much they differ. The first try of an unknown address after the start is
one of them: nothing is made only when it comes.
"""

import argparse
import http.client
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from app.core.config import ENV_FILE_VARIABLE
from benchmarks.server import free_port, wait_until_ready

TRIES = 200
# Each asked for as often as the other: a new address each time takes a little longer, known or not.
KNOWN, UNKNOWN = "ann@example.com", "bob@example.com"
AIM = 0.05
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SETTINGS = {
    "LOGIN_LIMITER": "false",
    "FIRST_SUPERUSER": KNOWN,
    "FIRST_SUPERUSER_PASSWORD": "a-long-password-for-a-benchmark",
    # Where nobody takes mail: it is queued, and tried later, as it would be with somebody.
    "SMTP_HOST": "127.0.0.1",
    "SMTP_PORT": "1",
    "EMAILS_FROM_EMAIL": "tracker@example.com",
}

type Ask = Callable[[http.client.HTTPConnection, str], int]


def log_in(connection: http.client.HTTPConnection, email: str) -> int:
    """Try a wrong password; returns the status."""
    body = urlencode({"username": email, "password": "a wrong password"})
    connection.request("POST", "/api/v1/login/access-token", body, FORM)
    return _status(connection)


def ask_for_link(connection: http.client.HTTPConnection, email: str) -> int:
    """Ask for a link to choose a new password; returns the status."""
    connection.request("POST", f"/api/v1/password-recovery/{email}")
    return _status(connection)


def _status(connection: http.client.HTTPConnection) -> int:
    answer = connection.getresponse()
    answer.read()
    return answer.status


@contextmanager
def serving() -> Iterator[int]:
    """A server with one account; yields its port."""
    port = free_port()
    with TemporaryDirectory(prefix="tracker-benchmark-") as folder:
        # The user that the database runs as passes through it.
        Path(folder).chmod(0o711)
        command = [Path(sys.executable).with_name("tracker"), "serve", "--port", str(port)]
        environment = {"PATH": os.environ["PATH"], "TRACKER_DATA_DIR": str(Path(folder) / "data")} | SETTINGS
        environment[ENV_FILE_VARIABLE] = os.devnull
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                wait_until_ready(port)
                yield port
            finally:
                server.terminate()
                server.wait()


def measure(port: int, *, ask: Ask, expected: int, tries: int, order: random.Random) -> dict[str, float]:
    """The medians of known and unknown addresses, in ms."""
    kinds = ["known", "unknown"] * tries
    order.shuffle(kinds)
    spans_ms: dict[str, list[float]] = {"known": [], "unknown": []}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for kind in kinds:
        email = KNOWN if kind == "known" else UNKNOWN
        began = time.perf_counter()
        status = ask(connection, email)
        spans_ms[kind].append((time.perf_counter() - began) * 1000)
        if status != expected:
            raise SystemExit(f"{email} was answered {status}")
    connection.close()
    return {kind: statistics.median(spans) for kind, spans in spans_ms.items()}


def report(name: str, medians: dict[str, float]) -> bool:
    """Print the medians of one question; True when they are as near to each other as they are meant to be."""
    difference = medians["known"] / medians["unknown"] - 1
    sys.stdout.write(
        f"{name:18} known {medians['known']:7.2f} ms, unknown {medians['unknown']:7.2f} ms, {difference:+.1%}\n"
    )
    return abs(difference) <= AIM


def main() -> None:
    """Exits with 1 when a difference is larger than 5 %."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=TRIES, help="of each kind")
    parser.add_argument("--seed", type=int, default=7, help="of the order")
    arguments = parser.parse_args()
    order = random.Random(arguments.seed)
    with serving() as port:
        are_alike = [
            report("login", measure(port, ask=log_in, expected=400, tries=arguments.tries, order=order)),
            report(
                "password recovery", measure(port, ask=ask_for_link, expected=200, tries=arguments.tries, order=order)
            ),
        ]
    sys.exit(0 if all(are_alike) else 1)


if __name__ == "__main__":
    main()
