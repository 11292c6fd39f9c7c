"""Readers of live streams that come again whenever theirs ends, with the last id that they got, as browsers do."""

import asyncio
import threading
from types import TracebackType
from typing import Self

import httpx2
import psutil

from app.tests.serving.product import Product, wait_until
from app.tests.streams import PATH, Event, Received

COME_AGAIN_S = 0.1


class Follower:
    """One reader, and what came on each of its streams."""

    def __init__(self) -> None:
        self.streams: list[Received] = []
        # Of its end of the connection.
        self.port = 0
        # Streams that did not end in order.
        self.broken_count = 0

    @property
    def events(self) -> list[Event]:
        return [event for stream in self.streams for event in stream.events]

    @property
    def record(self) -> list[int]:
        """The numbers of presses and corrections, in the order in which they came."""
        return [seq for stream in self.streams for seq in stream.record]

    @property
    def has_begun(self) -> bool:
        return bool(self.events)

    async def follow(self, client: httpx2.AsyncClient, station_id: str) -> None:
        while True:
            received = Received()
            headers = {"Last-Event-ID": str(self.events[-1].id)} if self.events else {}
            try:
                async with client.stream("GET", PATH, params={"station_id": station_id}, headers=headers) as answer:
                    if answer.status_code == 200:
                        self.port = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
                        self.streams.append(received)
                        async for chunk in answer.aiter_bytes():
                            received.take(chunk)
            except httpx2.TransportError:
                self.broken_count += received in self.streams
            await asyncio.sleep(COME_AGAIN_S)


class Followers:
    """Readers of a station from entering the block to leaving it; on entering, all of them read."""

    def __init__(self, product: Product, station_id: str, *, least: int, least_workers: int = 1) -> None:
        self._product = product
        self._station_id = station_id
        self._least = least
        self._least_workers = least_workers
        self._headers = {"Authorization": product.api.headers["Authorization"]}
        self._url = product.url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="followers")
        self.all: list[Follower] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._client = httpx2.AsyncClient(
            base_url=self._url, headers=self._headers, timeout=None, limits=httpx2.Limits(max_connections=None)
        )
        while len(self.all) < self._least or len(self.by_worker()) < self._least_workers:
            self._add()
        return self

    def _add(self) -> None:
        follower = Follower()
        self.all.append(follower)
        asyncio.run_coroutine_threadsafe(follower.follow(self._client, self._station_id), self._loop)
        wait_until(lambda: follower.has_begun)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        following = asyncio.all_tasks() - {asyncio.current_task()}
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        await self._client.aclose()

    def by_worker(self) -> dict[psutil.Process, int]:
        """How many read from each of the workers that somebody reads from."""
        ports = {follower.port for follower in self.all}
        counts = {
            worker: len(
                ports & {line.raddr.port for line in worker.net_connections("tcp") if line.status == "ESTABLISHED"}
            )
            for worker in self._product.workers
        }
        return {worker: count for worker, count in counts.items() if count}

    def wait_until_all_have(self, last_seq: int) -> None:
        wait_until(lambda: all(last_seq in follower.record for follower in self.all))
