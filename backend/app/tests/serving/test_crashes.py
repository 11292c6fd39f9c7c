"""Whatever is killed: what was answered is on the record, once, and the product goes on by itself."""

import os
import random
import signal
import time
from collections.abc import Callable

import psutil
import pytest

from app.tests.serving.conftest import NewProduct
from app.tests.serving.presser import ANSWERED_WITHIN_S, SLACK_S, Load, send_all
from app.tests.serving.product import Product, free_port, wait_until
from app.tests.serving.record import check_answers, check_record

ROUNDS = int(os.environ.get("TRACKER_CRASH_ROUNDS", "2"))
PRESSES_BETWEEN = 60


def kill_server(product: Product) -> None:
    """Its workers end by themselves: they answer what they hold, by the database of the next start if that comes soon."""
    product.send(signal.SIGKILL)
    product.wait()
    product.start()


def kill_everything(product: Product) -> None:
    """As a container or a machine goes: nobody gets to finish anything."""
    product.note_processes()
    everything = [psutil.Process(product.pid), *product.workers, product.postgres]
    for process in everything:
        process.kill()
    product.wait()
    product.start()


def kill_worker(product: Product) -> None:
    worker = random.choice(product.workers)
    worker.kill()
    wait_until(lambda: worker not in product.workers)


def kill_database(product: Product) -> None:
    postgres = product.postgres
    postgres.kill()
    wait_until(lambda: not postgres.is_running())


# What the product says of each kill; where it is killed itself, it says nothing, and connections break.
NOTED_AS = {kill_worker: "worker_restarts", kill_database: "database_restarts"}
RETRIED_INSIDE = (kill_server, kill_database)


@pytest.mark.parametrize(
    ("kill", "workers"),
    [
        (kill_server, 1),
        (kill_server, 4),
        (kill_everything, 1),
        (kill_everything, 4),
        (kill_worker, 4),
        (kill_database, 1),
        (kill_database, 4),
    ],
    ids=lambda value: value.__name__ if callable(value) else f"{value} workers",
)
def test_every_answered_press_is_on_the_record_exactly_once_after_kill_9(
    kill: Callable[[Product], None], workers: int, new_product: NewProduct
) -> None:
    product = new_product(workers=workers, port=free_port()).start()
    station_id = product.new_station()
    targets = [product.new_target(station_id=station_id, dedup_window_ms=window) for window in (0, 0, 300)]
    targets.append(product.new_target())

    with Load(product.port, targets) as load:
        for _ in range(ROUNDS):
            wait_until_recorded(load, PRESSES_BETWEEN)
            time.sleep(random.uniform(0, 0.2))
            kill(product)
        wait_until_recorded(load, PRESSES_BETWEEN)
    again = send_all(product.port, load.presses)

    # The kills came through, and while presses were under way.
    if kill in NOTED_AS:
        assert product.err.count(NOTED_AS[kill]) == ROUNDS
    if kill is kill_everything:
        assert sum(press.status == 0 for press in load.presses) >= ROUNDS
    # A connection to the process that died breaks. Nothing else may go wrong, and nothing may be waited for in vain.
    assert {press.status for press in load.presses} <= {200, 503, 0}
    assert max(press.took_s for press in load.presses) < ANSWERED_WITHIN_S + SLACK_S
    assert {press.status for press in again} == {200}
    check_answers(product, load.presses, was_retried_inside=kill in RETRIED_INSIDE)
    check_answers(product, again, was_retried_inside=True)
    for station in {target.station_id for target in targets}:
        check_record(product, station)
    recorded = sum(count for (count,) in product.query("SELECT count(*) FROM press"))
    assert recorded == len(load.presses)
    product.stop()


def wait_until_recorded(load: Load, more: int) -> None:
    before = load.recorded_count
    wait_until(lambda: load.recorded_count >= before + more)
