"""Processes that die, hang, start and stop: what is left of them, and what the presses notice."""

import contextlib
import signal
import threading
import time

import psutil
import psycopg
import pytest

from app.tests.serving.conftest import NewProduct
from app.tests.serving.presser import ANSWERED_WITHIN_S, SLACK_S, Load, SentPress, press_once, send_all, send_together
from app.tests.serving.product import ACCOUNT, HEALTH, Product, free_port, wait_until
from app.tests.serving.record import check_answers, check_record

AT_ONCE_S = 1.0
GONE_WITHIN_S = 8.0
BUFFER_SIZE, STATION_SHARE = 5, 4


def is_unavailable(press: SentPress) -> bool:
    return press.status == 503 and int(press.headers["retry-after"]) >= 1


def answered_in_time(press: SentPress) -> bool:
    return press.took_s < ANSWERED_WITHIN_S + SLACK_S


class Pressing:
    """Presses that are under way while the test goes on."""

    def __init__(self, port: int, presses: list[SentPress]) -> None:
        self._port = port
        self._presses = presses
        self._answered: list[SentPress] = []
        self._thread = threading.Thread(target=self._send, name="pressing")
        self._thread.start()

    def _send(self) -> None:
        self._answered = send_together(self._port, self._presses)

    def answers(self) -> list[SentPress]:
        self._thread.join()
        return self._answered


# Dying


def test_nothing_outlives_a_server_that_is_killed(new_product: NewProduct) -> None:
    product = new_product(workers=2, settings=ACCOUNT).start()
    target = product.new_target()

    with Load(product.port, [target]):
        time.sleep(0.5)
        product.send(signal.SIGKILL)
        product.wait()
        wait_until(lambda: product.left() == [], within_s=GONE_WITHIN_S)


def test_server_that_is_killed_while_it_starts_leaves_nothing_in_the_way_of_the_next(new_product: NewProduct) -> None:
    product = new_product(is_fresh=True, settings=ACCOUNT)

    for after_s in (1.1, 2.2):
        product.launch()
        time.sleep(after_s)
        product.send(signal.SIGKILL)
        product.wait()
        wait_until(lambda: product.left() == [], within_s=GONE_WITHIN_S)

    product.start()
    assert press_once(product.port, product.new_target()).is_recorded
    product.stop()


def test_killed_worker_is_replaced_while_presses_wait(single: Product) -> None:
    target = single.new_target()
    [worker] = single.workers
    worker.kill()
    worker.wait()

    press = press_once(single.port, target)

    assert press.is_recorded
    assert answered_in_time(press)
    assert [each.pid for each in single.workers] != [worker.pid]


def test_killed_database_is_started_again_under_the_workers_that_were_there(product: Product) -> None:
    target = product.new_target()
    assert press_once(product.port, target).is_recorded
    workers, postgres = product.workers, product.postgres
    postgres.kill()

    presses = send_together(product.port, [SentPress(target) for _ in range(10)])

    assert all(press.is_recorded and answered_in_time(press) for press in presses)
    assert product.workers == workers
    # What was left of the old one may have taken these presses, before it noticed.
    wait_until(lambda: has_another_database(product, than=postgres))


def has_another_database(product: Product, *, than: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return product.postgres != than
    return False


def test_database_that_does_not_start_at_first_is_tried_again(new_product: NewProduct) -> None:
    product = new_product(settings=ACCOUNT).start()
    target = product.new_target()
    version = product.data_dir / "cluster" / "PG_VERSION"
    hidden = version.with_name("hidden")
    version.rename(hidden)
    product.postgres.kill()
    wait_until(lambda: "database_does_not_start" in product.err)

    assert is_unavailable(press_once(product.port, target))
    hidden.rename(version)
    product.wait_until_ready()

    assert press_once(product.port, target).is_recorded
    product.stop()


def test_nobody_reading_what_it_says_does_not_stop_it(new_product: NewProduct) -> None:
    product = new_product(is_err_read=False, settings=ACCOUNT).start()
    target = product.new_target()
    with product.locked_station(target.station_id):
        assert is_unavailable(press_once(product.port, target))
    [worker] = product.workers
    worker.kill()
    product.postgres.kill()

    assert press_once(product.port, target).is_recorded
    product.stop()


# Hanging


def test_while_the_database_hangs_every_press_is_answered_503_in_time(single: Product) -> None:
    """But for those that it comes back for: each press has a time of its own."""
    known, unknown = single.new_target(), [single.new_target() for _ in range(3)]
    send_together(single.port, [SentPress(known) for _ in range(20)])

    with single.frozen_database():
        early = Pressing(single.port, [*(SentPress(known) for _ in range(10)), SentPress(unknown[0])])
        time.sleep(2)
        late = Pressing(single.port, [*(SentPress(known) for _ in range(10)), SentPress(unknown[1])])
        time.sleep(2)
        last = Pressing(single.port, [*(SentPress(known) for _ in range(10)), SentPress(unknown[2])])
        refused = early.answers() + late.answers()
    recorded = last.answers()
    again = send_all(single.port, refused)

    assert all(is_unavailable(press) and answered_in_time(press) for press in refused)
    assert all(press.is_recorded and answered_in_time(press) for press in recorded)
    assert all(press.is_recorded for press in again)
    check_answers(single, recorded + again, was_retried_inside=True)
    check_record(single, known.station_id)


def test_health_check_is_true_on_every_worker_once_the_database_is_back(quadruple: Product) -> None:
    target = quadruple.new_target()
    for _ in range(3):
        send_together(quadruple.port, [SentPress(target) for _ in range(20)])
    quadruple.postgres.kill()
    quadruple.wait_until_ready()

    assert all(quadruple.is_ready() for _ in range(40))


def test_while_the_database_hangs_the_health_check_answers_503_in_time(quadruple: Product) -> None:
    assert quadruple.api.get(quadruple.url + HEALTH).json() is True

    with quadruple.frozen_database():
        started_at = time.monotonic()
        answer = quadruple.api.get(quadruple.url + HEALTH)
        took_s = time.monotonic() - started_at

    assert answer.status_code == 503
    assert took_s < ANSWERED_WITHIN_S
    quadruple.wait_until_ready(within_s=5)
    assert quadruple.api.get(quadruple.url + HEALTH).json() is True


def test_locked_station_keeps_no_other_station_waiting(single: Product) -> None:
    locked, other = single.new_target(), single.new_target()

    with single.locked_station(locked.station_id):
        waiting = Pressing(single.port, [SentPress(locked) for _ in range(5)])
        time.sleep(0.3)
        press = press_once(single.port, other)
        waited = waiting.answers()

    assert press.is_recorded
    assert press.took_s < AT_ONCE_S
    assert all(is_unavailable(each) and answered_in_time(each) for each in waited)
    assert press_once(single.port, locked).is_recorded


def test_keys_are_looked_for_on_after_the_database_refused_to(single: Product) -> None:
    target = single.new_target()
    with psycopg.connect(single.conninfo, autocommit=True) as connection:
        connection.execute("ALTER TABLE press_key RENAME TO hidden_key")
        try:
            pressing = Pressing(single.port, [SentPress(target)])
            time.sleep(0.5)
        finally:
            connection.execute("ALTER TABLE hidden_key RENAME TO press_key")

    assert all(press.is_recorded and answered_in_time(press) for press in pressing.answers())


def test_full_buffer_refuses_presses_at_once_and_takes_them_again(new_product: NewProduct) -> None:
    product = new_product(settings=ACCOUNT | {"PRESS_BUFFER_SIZE": str(BUFFER_SIZE)}).start()
    target = product.new_target()
    assert press_once(product.port, target).is_recorded

    with product.locked_station(target.station_id):
        pressing = Pressing(product.port, [SentPress(target) for _ in range(30)])
        time.sleep(1.5)
    presses = pressing.answers()
    recorded = [press for press in presses if press.is_recorded]
    refused = [press for press in presses if not press.is_recorded]

    # One station's share of the buffer, and before it a batch under way, unless all came at once: then it is the batch.
    assert STATION_SHARE <= len(recorded) <= 2 * STATION_SHARE
    assert all(is_unavailable(press) and press.answer["code"] == "buffer_full" for press in refused)
    assert max(press.took_s for press in refused) < AT_ONCE_S
    assert all(press.is_recorded for press in send_all(product.port, refused, lines=STATION_SHARE))
    check_record(product, target.station_id)
    product.stop()


# Stopping


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGTERM, 2), (signal.SIGINT, 1)], ids=["SIGTERM", "SIGINT"])
def test_signal_stops_everything_in_order_and_nothing_answered_is_lost(
    number: signal.Signals, workers: int, new_product: NewProduct
) -> None:
    product = new_product(workers=workers, port=free_port(), settings=ACCOUNT).start()
    target = product.new_target()

    with Load(product.port, [target]) as load:
        time.sleep(1)
        product.send(number)
        exit_code = product.wait()
    said = product.err

    assert exit_code == 0
    assert said == ""
    assert product.left() == []
    assert {press.status for press in load.presses} <= {200, 503, 0}
    assert all(answered_in_time(press) for press in load.presses)
    product.start()
    check_answers(product, load.presses, was_retried_inside=False)
    check_record(product, target.station_id)
    assert "database system was shut down" in product.database_log
    assert "was not properly shut down" not in product.database_log
    assert "was interrupted" not in product.database_log
    product.stop()


def test_stops_while_a_station_is_stuck(new_product: NewProduct) -> None:
    product = new_product(settings=ACCOUNT).start()
    target = product.new_target()
    assert press_once(product.port, target).is_recorded

    # The stop ends the connection that holds the lock.
    with contextlib.suppress(psycopg.OperationalError), product.locked_station(target.station_id):
        pressing = Pressing(product.port, [SentPress(target) for _ in range(5)])
        time.sleep(0.5)
        product.send(signal.SIGTERM)
        presses = pressing.answers()
        assert product.wait() == 0

    assert all(is_unavailable(press) and answered_in_time(press) for press in presses)
    assert product.left() == []


def test_signals_while_it_starts_stop_it_too(new_product: NewProduct) -> None:
    product = new_product(is_fresh=True, settings=ACCOUNT)

    for after_s in (1.3, 2.0):
        product.launch()
        time.sleep(after_s)
        product.send(signal.SIGTERM)
        # Before its first line of code is reached, the signal ends it as it does any program.
        assert product.wait(within_s=10) in (0, -signal.SIGTERM)
        assert "Traceback" not in product.err
        wait_until(lambda: product.left() == [], within_s=GONE_WITHIN_S)


def test_stops_while_it_waits_for_a_database_that_is_not_there(new_product: NewProduct) -> None:
    product = new_product(is_fresh=True, settings={"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    product.launch()
    wait_until(lambda: "waiting_for_database" in product.err)

    product.send(signal.SIGTERM)

    assert product.wait(within_s=5) == 0
    assert product.left() == []


def test_outlives_its_terminal_under_nohup(new_product: NewProduct) -> None:
    product = new_product(
        before_start=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) and None, settings=ACCOUNT
    ).start()

    product.send(signal.SIGHUP)
    time.sleep(0.5)

    assert product.is_ready()
    product.stop()


def test_worker_that_is_asked_to_stop_by_itself_is_replaced(single: Product) -> None:
    target = single.new_target()
    [worker] = single.workers

    with Load(single.port, [target]) as load:
        time.sleep(0.3)
        worker.send_signal(signal.SIGTERM)
        psutil.wait_procs([worker], timeout=10)
        before = load.recorded_count
        wait_until(lambda: load.recorded_count > before + 20)

    assert {press.status for press in load.presses} <= {200, 503, 0}
    check_answers(single, load.presses, was_retried_inside=False)
    check_record(single, target.station_id)
