"""Readers of live streams: one process, one epoll loop, and when each event came to each of them.

Run as a program, it is given its order as the first line of its input and says `ready` once all streams have begun.
At the next line it prints one JSON object: for each press, when it came, by the clock that all processes share.
"""

import json
import select
import socket
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass

# A login may have only so many streams in one process, and which process accepts a connection is chance.
READERS_OF_LOGIN = 10
BEGIN, PRESS = b"event: ready\n", b'\ndata: {"id":"'
ID_LENGTH = 36


@dataclass(frozen=True)
class ReadersOrder:
    """Where to read, and with whose tokens: each is for ten readers."""

    host: str
    port: int
    path: str
    tokens: list[str]


@dataclass(frozen=True)
class Arrivals:
    """For each press the moments at which it came to a reader, in seconds of `time.monotonic`."""

    by_press: dict[str, list[float]]


class Reader:
    """One stream. Events never lie across two chunks of an answer, but may across two reads of it."""

    def __init__(self, order: ReadersOrder, token: str) -> None:
        self.connection = socket.create_connection((order.host, order.port))
        request = f"GET {order.path} HTTP/1.1\r\nHost: {order.host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        self.connection.sendall(request.encode())
        self._rest = b""

    def take(self) -> list[bytes]:
        """What came, as whole events. Raises when the stream has ended, or was refused."""
        received = self.connection.recv(1 << 16)
        if not received:
            raise ConnectionError("the server closed a stream")
        *events, self._rest = (self._rest + received).split(b"\n\n")
        return events

    def await_begin(self) -> None:
        while not any(BEGIN in event for event in self.take()):
            if b"HTTP/1.1 200 " not in self._rest and self._rest:
                raise RuntimeError(self._rest.decode(errors="replace"))


def run(order: ReadersOrder) -> Arrivals:
    """Read until there is something on the standard input."""
    readers = [Reader(order, token) for token in order.tokens for _ in range(READERS_OF_LOGIN)]
    by_number = {reader.connection.fileno(): reader for reader in readers}
    for reader in readers:
        reader.await_begin()
    print("ready", flush=True)
    waiting = select.epoll()
    for number in (*by_number, sys.stdin.fileno()):
        waiting.register(number, select.EPOLLIN)
    arrivals: dict[str, list[float]] = defaultdict(list)
    while True:
        for number, _ in waiting.poll():
            if number not in by_number:
                return Arrivals(arrivals)
            now = time.monotonic()
            for event in by_number[number].take():
                place = event.find(PRESS) + len(PRESS)
                if place >= len(PRESS):
                    arrivals[event[place : place + ID_LENGTH].decode()].append(now)


if __name__ == "__main__":
    print(json.dumps(asdict(run(ReadersOrder(**json.loads(sys.stdin.readline()))))))
