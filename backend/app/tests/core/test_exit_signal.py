"""Hearing of the order to stop, before whoever obeys it."""

import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from app.core.exit_signal import on_exit_signal

heard: list[str] = []


def obey(_number: int, _frame: FrameType | None) -> None:
    heard.append("obeyed")


@pytest.fixture(autouse=True)
def obedient() -> Iterator[None]:
    heard.clear()
    earlier = signal.signal(signal.SIGTERM, obey)
    yield
    signal.signal(signal.SIGTERM, earlier)


def test_it_is_heard_first_and_obeyed_all_the_same() -> None:
    with on_exit_signal(lambda: heard.append("heard")):
        signal.raise_signal(signal.SIGTERM)

    assert heard == ["heard", "obeyed"]


def test_it_is_obeyed_though_what_was_to_happen_first_fails() -> None:
    def fail() -> None:
        raise LookupError

    with on_exit_signal(fail), pytest.raises(LookupError):
        signal.raise_signal(signal.SIGTERM)

    assert heard == ["obeyed"]


def test_outside_of_the_block_all_is_as_before() -> None:
    with on_exit_signal(lambda: heard.append("heard")):
        pass
    signal.raise_signal(signal.SIGTERM)

    assert heard == ["obeyed"]
    assert signal.getsignal(signal.SIGTERM) is obey


def test_whoever_came_later_is_left_in_place() -> None:
    def come_later(_number: int, _frame: FrameType | None) -> None: ...

    with on_exit_signal(lambda: None):
        signal.signal(signal.SIGTERM, come_later)

    assert signal.getsignal(signal.SIGTERM) is come_later


def test_a_signal_that_simply_ends_the_process_is_left_alone() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with on_exit_signal(lambda: None):
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_on_another_thread_nothing_happens() -> None:
    def ask() -> None:
        with on_exit_signal(lambda: heard.append("heard")):
            heard.append("inside")

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert heard == ["inside"]
    assert signal.getsignal(signal.SIGTERM) is obey
