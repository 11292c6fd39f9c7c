"""Presses of the running product, where more than one process decides about them."""

import http.client
import socket
import time
from collections import Counter

import psutil

from app.tests.serving.presser import SentPress, press_once, send_together
from app.tests.serving.product import PressTarget, Product
from app.tests.serving.record import check_answers, check_record

HOUR_MS = 3_600_000


def test_of_fifty_presses_at_once_one_counts_and_the_others_can_be_restored(product: Product) -> None:
    target = product.new_target(dedup_window_ms=HOUR_MS)

    presses = send_together(product.port, [SentPress(target) for _ in range(50)])

    assert Counter(press.answer.get("status") for press in presses) == {"counted": 1, "suppressed": 49}
    check_answers(product, presses, was_retried_inside=False)
    for press in presses:
        if press.answer["status"] == "suppressed":
            answer = product.api.post(
                f"/presses/{press.id}/restore", params={"station_id": target.station_id}, json={"reason": "aired"}
            )
            assert (answer.status_code, answer.json()["status"]) == (200, "counted")
    button = product.api.get(f"/buttons/{target.button_id}", params={"station_id": target.station_id}).json()
    assert button["usage_count"] == 50
    check_record(product, target.station_id)


def test_rotated_key_stops_at_once_on_every_worker(quadruple: Product) -> None:
    target = quadruple.new_target()
    lines = lines_to_every_worker(quadruple, target)

    answer = quadruple.api.post(
        f"/buttons/{target.button_id}/rotate-key", params={"station_id": target.station_id}, json={}
    )
    old = [status_on(line, target.path) for line in lines for _ in range(5)]
    fresh = PressTarget(target.button_id, target.station_id, answer.json()["press_url"])
    new = [status_on(line, fresh.path) for line in lines]
    for line in lines:
        line.close()

    assert answer.status_code == 200, answer.text
    assert set(old) == {404}
    assert set(new) == {200}


def lines_to_every_worker(product: Product, target: PressTarget) -> list[http.client.HTTPConnection]:
    """Open connections, by which each worker has recorded a press: one that knows the key by now."""
    lines: list[http.client.HTTPConnection] = []
    deadline = time.monotonic() + 30
    while not all(_served_by(worker, lines, product.port) for worker in product.workers):
        assert time.monotonic() < deadline, "some worker takes no connection"
        line = http.client.HTTPConnection("127.0.0.1", product.port, timeout=10)
        assert status_on(line, target.path) == 200
        lines.append(line)
    return lines


def _served_by(worker: psutil.Process, lines: list[http.client.HTTPConnection], port: int) -> bool:
    ours = {line.sock.getsockname()[1] for line in lines}
    established = [each for each in worker.net_connections() if each.status == psutil.CONN_ESTABLISHED]
    return any(each.laddr.port == port and each.raddr.port in ours for each in established)


def status_on(line: http.client.HTTPConnection, path: str) -> int:
    line.request("GET", path)
    answer = line.getresponse()
    answer.read()
    return answer.status


def test_press_answers_what_was_recorded(single: Product) -> None:
    target = single.new_target()

    press = press_once(single.port, target)

    assert press.answer["button"] == {"title": "Buckle up", "usage_count": 1}
    assert press.answer["pressed_at"].endswith("Z")
    assert press.headers["cache-control"] == "no-store"


def test_answer_is_one_piece(single: Product) -> None:
    """A client that waits for its answer is woken up once: nobody is sent a head first and a body later."""
    target = single.new_target(dedup_window_ms=0)
    request = f"GET {target.path} HTTP/1.1\r\nHost: tracker.test\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", single.port), timeout=10) as line:
        for _ in range(100):
            line.sendall(request)
            assert line.recv(65_536).endswith(b"}")
