"""Hears of the order to stop at once; the server that obeys it may first wait for what only this can end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
)  # SIGBREAK: Windows only


@contextmanager
def on_exit_signal(act: Callable[[], object]) -> Iterator[None]:
    """Within the block `act` runs when the process is told to stop, before whatever was to happen then.

    It runs in a signal handler: it should do no more than wake somebody. Only the main thread may ask for this;
    elsewhere nothing happens.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    restores = [_put_before(number, act) for number in EXIT_SIGNALS]
    try:
        yield
    finally:
        for restore in restores:
            restore()


def _put_before(number: signal.Signals, act: Callable[[], object]) -> Callable[[], None]:
    """Returns what takes it away again."""
    earlier = signal.getsignal(number)
    if not callable(earlier):
        # Ignored, or the process simply ends: there is nobody to be ahead of.
        return lambda: None

    def handle(received: int, frame: FrameType | None) -> None:
        try:
            act()
        finally:
            earlier(received, frame)

    def restore() -> None:
        if signal.getsignal(number) is handle:
            signal.signal(number, earlier)

    signal.signal(number, handle)
    return restore
