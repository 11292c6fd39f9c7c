"""A load generator: one process, one epoll loop, keep-alive connections that each wait for their answer.

Run as a program, it prints one JSON object: answers per second, and the median and 99th percentile in milliseconds.
It costs a few microseconds an answer, so that on a small machine the server is what is measured.
"""

import json
import selectors
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


class Connection:
    """One keep-alive connection with one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Take in what has arrived; True once the answer is whole. Raises on anything but a 200."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        self.received += chunk
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(self.received.decode(errors="replace"))
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return len(body) >= length


def run(order: Order) -> Result:
    """Send for the warm-up and the measured span. Every answer must be a 200."""
    requests = cycle([f"GET {path} HTTP/1.1\r\nHost: {order.host}\r\n\r\n".encode() for path in order.paths])
    selector = selectors.DefaultSelector()
    for _ in range(order.connections):
        connection = Connection((order.host, order.port))
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(requests))
    latencies: list[float] = []
    begins_at = time.perf_counter() + order.warm_up_s
    ends_at = begins_at + order.duration_s
    warm_up_answers, waiting = 0, order.connections
    while waiting:
        for key, _ in selector.select():
            connection = key.data
            if not connection.is_answered():
                continue
            now = time.perf_counter()
            if now < begins_at:
                warm_up_answers += 1
            else:
                latencies.append(now - connection.sent_at)
            if now < ends_at:
                connection.send(next(requests))
            else:
                waiting -= 1
                selector.unregister(connection.socket)
                connection.socket.close()
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
