"""A load generator: one process, one epoll loop, keep-alive connections that each wait for their answer.

Run as a program, it prints one JSON object: answers per second, and the median and 99th percentile in milliseconds.
It costs a few microseconds an answer, so that on a small machine the server is what is measured.
"""

import json
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass
from itertools import cycle


@dataclass(frozen=True)
class Order:
    """What to send where. Each connection takes the next path of the cycle with each request."""

    host: str
    port: int
    paths: list[str]
    connections: int
    warm_up_s: float
    duration_s: float


@dataclass(frozen=True)
class Result:
    """What came back within the measured span; `total_answers` counts the warm-up too."""

    per_second: float
    p50_ms: float
    p99_ms: float
    answers: int
    total_answers: int


def take_answer(connection: socket.socket) -> None:
    """Read one whole answer. Raises on anything but a 200.

    An answer of ours is small and comes in one piece, two at the most; only then is its length looked for.
    """
    received = connection.recv(8192)
    while not is_whole(received):
        chunk = connection.recv(8192)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        received += chunk
    if received[9:12] != b"200":
        raise RuntimeError(received.decode(errors="replace"))


def is_whole(received: bytes) -> bool:
    head, separator, body = received.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = head.find(b"content-length: ") + len(b"content-length: ")
    return len(body) >= int(head[length:].split(b"\r\n", 1)[0])


def run(order: Order) -> Result:
    """Send for the warm-up and the measured span. Every answer must be a 200."""
    requests = cycle([f"GET {path} HTTP/1.1\r\nHost: {order.host}\r\n\r\n".encode() for path in order.paths])
    connections = [socket.create_connection((order.host, order.port)) for _ in range(order.connections)]
    by_number = {connection.fileno(): connection for connection in connections}
    waiting = select.epoll()
    sent_at = {}
    for number, connection in by_number.items():
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(number, select.EPOLLIN)
        sent_at[number] = time.perf_counter()
        connection.send(next(requests))
    latencies: list[float] = []
    begins_at = time.perf_counter() + order.warm_up_s
    ends_at = begins_at + order.duration_s
    warm_up_answers, open_count = 0, order.connections
    while open_count:
        for number, _ in waiting.poll():
            connection = by_number[number]
            take_answer(connection)
            now = time.perf_counter()
            if now < begins_at:
                warm_up_answers += 1
            else:
                latencies.append(now - sent_at[number])
            if now < ends_at:
                sent_at[number] = now
                connection.send(next(requests))
            else:
                open_count -= 1
                waiting.unregister(number)
                connection.close()
    elapsed = time.perf_counter() - begins_at
    latencies.sort()
    return Result(
        per_second=len(latencies) / elapsed,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[int(len(latencies) * 0.99)] * 1000,
        answers=len(latencies),
        total_answers=len(latencies) + warm_up_answers,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(run(Order(**json.loads(sys.stdin.read()))))))
