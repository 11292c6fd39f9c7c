"""Live streams of a running product: whatever dies, its readers miss nothing and get nothing twice."""

import asyncio
import errno
import signal
import socket
import threading
import time
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app import serve, worker
from app.tests.serving.conftest import NewProduct
from app.tests.serving.follower import Followers
from app.tests.serving.presser import Load, press_once
from app.tests.serving.product import ACCOUNT, Product, free_port, wait_until
from app.tests.serving.record import check_record
from app.tests.streams import numbers

READERS = 12
PRESSES_BETWEEN = 60
# Of a stop without any stream, most is the database's.
STOPPED_WITHIN_S = 4.0


def last_seq_of(product: Product, station_id: str) -> int:
    [(last_seq,)] = product.query("SELECT last_seq FROM station_head WHERE station_id = %s", station_id)
    return int(last_seq)


def wait_until_recorded(load: Load, more: int) -> None:
    before = load.recorded_count
    wait_until(lambda: load.recorded_count >= before + more)


def check_readers(followers: Followers, *, last_seq: int) -> None:
    """Each had the whole record, in its order."""
    assert [each.record for each in followers.all] == [numbers(1, last_seq)] * len(followers.all)
    assert [event for each in followers.all for event in each.events if event.name == "reset"] == []


def test_readers_miss_nothing_and_get_nothing_twice_when_a_worker_is_killed(quadruple: Product) -> None:
    target = quadruple.new_target()

    with Followers(quadruple, target.station_id, least=READERS, least_workers=2) as followers:
        with Load(quadruple.port, [target]) as load:
            wait_until_recorded(load, PRESSES_BETWEEN)
            counts = followers.by_worker()
            worker = max(counts, key=lambda each: counts[each])
            worker.kill()
            wait_until(lambda: sum(each.broken_count for each in followers.all) == counts[worker])
            wait_until_recorded(load, PRESSES_BETWEEN)
        last_seq = last_seq_of(quadruple, target.station_id)
        followers.wait_until_all_have(last_seq)

    check_readers(followers, last_seq=last_seq)
    assert sum(len(each.streams) for each in followers.all) == len(followers.all) + counts[worker]
    check_record(quadruple, target.station_id)


def test_readers_stay_through_a_restart_of_the_database(quadruple: Product) -> None:
    target = quadruple.new_target()

    with Followers(quadruple, target.station_id, least=4) as followers:
        with Load(quadruple.port, [target]) as load:
            wait_until_recorded(load, PRESSES_BETWEEN)
            quadruple.postgres.kill()
            wait_until_recorded(load, PRESSES_BETWEEN)
        last_seq = last_seq_of(quadruple, target.station_id)
        followers.wait_until_all_have(last_seq)

    check_readers(followers, last_seq=last_seq)
    assert [len(each.streams) for each in followers.all] == [1] * len(followers.all)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the kernel knows no such limit")
def test_a_client_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "TAKEN_WITHIN_S", 1)
    with serve.bind("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            connection.settimeout(STOPPED_WITHIN_S)
            with pytest.raises(OSError, match="timed out") as gave_up:
                connection.sendall(bytes(1 << 26))

    assert gave_up.value.errno == errno.ETIMEDOUT


async def an_answer_that_is_not_taken(scope: Scope, receive: Receive, send: Send) -> None:
    """What becomes of a live stream whose reader has gone to sleep."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await send({"type": "http.response.body", "body": bytes(1 << 26), "more_body": True})


def test_a_stop_does_not_wait_for_a_reader_that_takes_nothing() -> None:
    config = uvicorn.Config(
        an_answer_that_is_not_taken, lifespan="off", log_config=None, timeout_graceful_shutdown=worker.GRACE_S
    )
    server = worker._Server(config)
    with serve.bind("127.0.0.1", 0) as listening:
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        serving.start()
        with socket.create_connection(listening.getsockname()) as reader:
            reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert reader.recv(12) == b"HTTP/1.1 200"
            server.should_exit = True
            serving.join(STOPPED_WITHIN_S)

    assert not serving.is_alive()


def test_a_stop_does_not_wait_for_readers_who_go_on_after_the_next_start(new_product: NewProduct) -> None:
    product = new_product(workers=2, port=free_port(), settings=ACCOUNT).start()
    target = product.new_target()

    with Followers(product, target.station_id, least=6) as followers:
        assert press_once(product.port, target).is_recorded
        followers.wait_until_all_have(1)
        began_at = time.monotonic()
        product.send(signal.SIGTERM)
        exit_code = product.wait()
        took_s = time.monotonic() - began_at
        said = product.err
        product.start()
        assert press_once(product.port, target).is_recorded
        followers.wait_until_all_have(2)

    assert (exit_code, said) == (0, "")
    assert took_s < STOPPED_WITHIN_S
    assert [each.broken_count for each in followers.all] == [0] * len(followers.all)
    check_readers(followers, last_seq=2)
    product.stop()
